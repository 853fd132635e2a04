import { inspect } from 'node:util';

const shown = '[secret]';

/** A value that must never be printed: JSON, string conversion, `inspect` and `console` all give `[secret]`. */
export class Secret {
  readonly #value: string;

  /** @param value - the text to hide; not checked here */
  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself. Call it only where it is used, and never keep the result in a logged object. */
  reveal(): string {
    return this.#value;
  }

  /** `[secret]`, for template strings and concatenation. */
  toString(): string {
    return shown;
  }

  /** `[secret]`, for `JSON.stringify`. */
  toJSON(): string {
    return shown;
  }

  /** `[secret]`, for `console.log` and `util.inspect`. */
  [inspect.custom](): string {
    return shown;
  }
}
