/** So much is remembered at most; what was seen longest ago goes first. */
const MAX_REMEMBERED = 1_000;
/** For how long what Postgres said last is believed while it does not answer. */
const BELIEVED_FOR_MS = 10 * 60_000;

/** What Postgres last said of keys and sessions, for as long as it cannot be asked. */
export class CredentialMemory<Kept extends { readonly id: string }> {
  private readonly kept = new Map<string, { readonly value: Kept; readonly atMs: number }>();

  /** @param now - a clock in ms that never falls */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Remembers what was found under `name`. */
  keep(name: string, value: Kept): void {
    this.kept.delete(name);
    this.kept.set(name, { value, atMs: this.now() });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_REMEMBERED) break;
      this.kept.delete(oldest);
    }
  }

  /** What was found under `name` lately; null where nothing was, or it is too long ago. */
  recall(name: string): Kept | null {
    const found = this.kept.get(name);
    return found === undefined || this.now() - found.atMs > BELIEVED_FOR_MS ? null : found.value;
  }

  /** Forgets everything about the id. */
  forget(id: string): void {
    for (const [name, { value }] of this.kept) if (value.id === id) this.kept.delete(name);
  }
}
