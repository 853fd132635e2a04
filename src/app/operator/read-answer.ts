/** What stands in an answer under these names; undefined where nothing does. */
export function valueAt(answer: unknown, ...path: readonly (string | number)[]): unknown {
  let value = answer;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** The text there; empty where there is none. */
export function textAt(answer: unknown, ...path: readonly (string | number)[]): string {
  const value = valueAt(answer, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The number there; NaN where there is none. */
export function numberAt(answer: unknown, ...path: readonly (string | number)[]): number {
  const value = valueAt(answer, ...path);
  return typeof value === 'number' ? value : Number.NaN;
}

/** The list there; empty where there is none. */
export function listAt(answer: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = valueAt(answer, ...path);
  return Array.isArray(value) ? value : [];
}

/** The JSON of a text; undefined where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Values of an `INFO` of Redis by their names. */
export function readInfo(info: string): ReadonlyMap<string, string> {
  const pairs = info.split(/\r?\n/).map((line) => /^(\w+):(.*)$/.exec(line));
  return new Map(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? '', pair[2] ?? '']])));
}
