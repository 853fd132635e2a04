import { MAX_EPOCH_MS } from './domain/cursor';
import { HistoryError } from './history.errors';

/**
 * Checked access to the fields of one JSON object.
 *
 * Every reader throws HistoryError `HISTORY_ENTRY_MALFORMED` with the path of the field, never with its value.
 */
export class Fields {
  private constructor(
    private readonly values: ReadonlyMap<string, unknown>,
    private readonly path: string,
  ) {}

  /** @param path - where `value` stands, for the error */
  static of(value: unknown, path: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(path);
    return new Fields(new Map(Object.entries(value)), path);
  }

  text(name: string): string {
    const value = this.values.get(name);
    // Postgres keeps no NUL in a text
    if (typeof value !== 'string' || value.includes('\0')) throw malformed(this.at(name));
    return value;
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.values.get(name);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw malformed(this.at(name));
    return choice;
  }

  /** A non-negative integer. */
  count(name: string, largest = Number.MAX_SAFE_INTEGER): number {
    const value = this.values.get(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= largest)
      return value;
    throw malformed(this.at(name));
  }

  /** An instant, epoch ms. */
  ms(name: string): number {
    return this.count(name, MAX_EPOCH_MS);
  }

  /** A non-negative decimal integer of at most 39 digits, as a string. */
  raw(name: string): string {
    const value = this.text(name);
    if (!/^\d{1,39}$/.test(value)) throw malformed(this.at(name));
    return value;
  }

  flag(name: string): boolean {
    const value = this.values.get(name);
    if (typeof value !== 'boolean') throw malformed(this.at(name));
    return value;
  }

  child(name: string): Fields {
    return Fields.of(this.values.get(name), this.at(name));
  }

  list<Item>(name: string, read: (item: Fields) => Item): Item[] {
    const value = this.values.get(name);
    if (!Array.isArray(value)) throw malformed(this.at(name));
    return value.map((item, index) => read(Fields.of(item, `${this.at(name)}[${index}]`)));
  }

  /** A list of texts; empty where the field is missing, as in entries of earlier versions. */
  textsIfAny(name: string): string[] {
    const value = this.values.get(name) ?? [];
    if (!Array.isArray(value)) throw malformed(this.at(name));
    return value.map((item: unknown, index) =>
      Fields.of({ item }, `${this.at(name)}[${index}]`).text('item'),
    );
  }

  /** What `read` makes of the field, or null where it is null. */
  orNull<Value>(name: string, read: (name: string) => Value): Value | null {
    return this.values.get(name) === null ? null : read(name);
  }

  private at(name: string): string {
    return `${this.path}.${name}`;
  }
}

function malformed(field: string): HistoryError {
  return new HistoryError('HISTORY_ENTRY_MALFORMED', { field });
}
