/** One setting that two versions have differently, as text. */
export interface Difference {
  /** Dotted path. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

const NAMES = ['name', 'mode'];

/** What `after` has differently from `before`; both are plain values of an answer. */
export function differences(before: object, after: object): readonly Difference[] {
  const [former, latter] = [flat(before), flat(after)];
  const paths = [...new Set([...former.keys(), ...latter.keys()])];
  return paths
    .map((path) => ({ path, before: former.get(path) ?? '–', after: latter.get(path) ?? '–' }))
    .filter((one) => one.before !== one.after);
}

function flat(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) flat(item, join(path, nameOf(item) ?? String(index)), found);
    return found;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) flat(item, join(path, key), found);
    return found;
  }
  return found.set(path, value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value));
}

/** Members of lists are told apart by their name or mode, not by where they stand. */
function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null) return null;
  for (const key of NAMES) {
    const name: unknown = Reflect.get(item, key);
    if (typeof name === 'string') return name;
  }
  return null;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
