/** One operation that runs on a connection. */
export interface Operation {
  /** The client wants no more of it, or is gone; safe to repeat. */
  leave(): void;
  /** It ends by itself, soon: a query or a mutation. */
  readonly isBrief?: boolean;
}

/** The operations of one connection by their ids; most have one, for which a map would be the largest thing they hold. */
export class RunningOperations {
  private id: string | null = null;
  private only: Operation | null = null;
  private more: Map<string, Operation> | null = null;

  get size(): number {
    return (this.only === null ? 0 : 1) + (this.more?.size ?? 0);
  }

  /** Whether an answer is owed that ends by itself. */
  get areAnswering(): boolean {
    if (this.only?.isBrief === true) return true;
    return this.more !== null && [...this.more.values()].some(({ isBrief }) => isBrief === true);
  }

  has(id: string): boolean {
    return this.id === id || this.more?.has(id) === true;
  }

  /** Remembers an operation; in place of another of its id. */
  put(id: string, operation: Operation): void {
    if (this.more?.has(id) !== true && (this.id === null || this.id === id)) {
      this.id = id;
      this.only = operation;
      return;
    }
    this.more ??= new Map();
    this.more.set(id, operation);
  }

  /** Forgets an operation; undefined where there is none of this id. */
  take(id: string): Operation | undefined {
    if (this.id === id) {
      const operation = this.only;
      this.id = null;
      this.only = null;
      return operation ?? undefined;
    }
    const operation = this.more?.get(id);
    this.more?.delete(id);
    return operation;
  }

  /** Forgets all of them. */
  takeAll(): Operation[] {
    const all = [...(this.only === null ? [] : [this.only]), ...(this.more?.values() ?? [])];
    this.id = null;
    this.only = null;
    this.more = null;
    return all;
  }
}
