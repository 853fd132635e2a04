import { Secret } from './secret';

/** What reading one text gave: the value, or what is wrong with it (a phrase that never quotes the text). */
export type Reading<Value> = { readonly value: Value } | { readonly problem: string };

/** One environment variable: how it is documented and how its text becomes a value. */
export interface Variable<Value> {
  readonly name: string;
  /** What kind of text it takes, with its unit and range, e.g. `integer, ms, 100 to 60000`. */
  readonly kind: string;
  /** One sentence: what it changes for an operator. */
  readonly sentence: string;
  /** Used where the variable is unset or empty. */
  readonly fallback: Value;
  /** The fallback as documented; null where a sentence has to say it. */
  readonly fallbackText: string | null;
  /** True where the value must never be shown. */
  readonly isSecret: boolean;
  readonly read: (text: string) => Reading<Value>;
}

/** Documentation that every kind of variable needs. */
export interface About<Fallback> {
  readonly sentence: string;
  readonly fallback: Fallback;
}

/** A whole number with bounds, both included. */
export function integer<Fallback extends number | null>(
  name: string,
  about: About<Fallback> & { unit: string; min: number; max: number },
): Variable<number | Fallback> {
  const { min, max, unit, fallback, sentence } = about;
  return {
    name,
    kind: `integer, ${unit}, ${min} to ${max}`,
    sentence,
    fallback,
    fallbackText: fallback === null ? null : String(fallback),
    isSecret: false,
    read: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      const isWithin = value >= min && value <= max;
      return isWithin ? { value } : { problem: `must be a whole number (${unit}) from ${min} to ${max}` };
    },
  };
}

/** A switch: `true`, `1`, `yes`, `on` and their opposites, in any case. */
export function flag(name: string, about: About<boolean>): Variable<boolean> {
  return {
    name,
    kind: 'true or false',
    sentence: about.sentence,
    fallback: about.fallback,
    fallbackText: String(about.fallback),
    isSecret: false,
    read: (text) => {
      const word = text.toLowerCase();
      if (['true', '1', 'yes', 'on'].includes(word)) return { value: true };
      if (['false', '0', 'no', 'off'].includes(word)) return { value: false };
      return { problem: 'must be true or false' };
    },
  };
}

/** One word of a closed list. */
export function choice<const Word extends string>(
  name: string,
  about: About<NoInfer<Word>> & { words: readonly Word[] },
): Variable<Word> {
  const { words, fallback, sentence } = about;
  return {
    name,
    kind: `one of ${words.join(', ')}`,
    sentence,
    fallback,
    fallbackText: fallback,
    isSecret: false,
    read: (text) => {
      const value = words.find((word) => word === text);
      return value === undefined ? { problem: `must be one of ${words.join(', ')}` } : { value };
    },
  };
}

/** Words of a closed list, comma separated, each once; at least one. */
export function words<const Word extends string>(
  name: string,
  about: About<readonly NoInfer<Word>[]> & { words: readonly Word[] },
): Variable<readonly Word[]> {
  return {
    name,
    kind: `comma-separated, of ${about.words.join(', ')}`,
    sentence: about.sentence,
    fallback: Object.freeze([...about.fallback]),
    fallbackText: about.fallback.join(','),
    isSecret: false,
    read: (text) => {
      const parts = new Set(splitList(text));
      const value = about.words.filter((word) => parts.has(word));
      return value.length === parts.size && value.length > 0
        ? { value: Object.freeze(value) }
        : { problem: `must list some of ${about.words.join(', ')}` };
    },
  };
}

/** Free text that a check accepts; `check` returns what is wrong, or null. */
export function text<Fallback extends string | null>(
  name: string,
  about: About<Fallback> & { kind: string; check: (text: string) => string | null },
): Variable<string | Fallback> {
  return {
    name,
    kind: about.kind,
    sentence: about.sentence,
    fallback: about.fallback,
    fallbackText: about.fallback,
    isSecret: false,
    read: (value) => {
      const problem = about.check(value);
      return problem === null ? { value } : { problem };
    },
  };
}

/** Free text that must never be shown; unset is null. */
export function secret(
  name: string,
  about: { sentence: string; kind: string; check: (text: string) => string | null },
): Variable<Secret | null> {
  return {
    name,
    kind: about.kind,
    sentence: about.sentence,
    fallback: null,
    fallbackText: null,
    isSecret: true,
    read: (value) => {
      const problem = about.check(value);
      return problem === null ? { value: new Secret(value) } : { problem };
    },
  };
}

/** A comma-separated list whose parts a check accepts; unset is the empty list. */
export function list<Item>(
  name: string,
  about: { sentence: string; kind: string; isSecret: boolean; item: (part: string) => Reading<Item> },
): Variable<readonly Item[]> {
  return {
    name,
    kind: `${about.kind}, comma separated`,
    sentence: about.sentence,
    fallback: Object.freeze([]),
    fallbackText: null,
    isSecret: about.isSecret,
    read: (text) => {
      const value: Item[] = [];
      for (const part of splitList(text)) {
        const reading = about.item(part);
        if ('problem' in reading) return { problem: `part ${value.length + 1} ${reading.problem}` };
        value.push(reading.value);
      }
      return { value: Object.freeze(value) };
    },
  };
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
