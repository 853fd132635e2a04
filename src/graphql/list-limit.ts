import { badInput } from '../platform/public-error';

/** Most elements of a list in variables. */
export const MAX_LIST = 1_000;

/** Looks at all lists of an operation's variables, however deep they are nested. @throws PublicError BAD_USER_INPUT */
export function assertShortLists(variables: Readonly<Record<string, unknown>>): void {
  const left: (readonly [path: string, value: unknown])[] = Object.entries(variables);
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [path, value] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > MAX_LIST) {
      throw badInput([{ path, message: `must not have more than ${MAX_LIST} elements` }]);
    }
    // the path of what is nested deeply would be longer than what it leads to
    const name = path.length < 200 ? path : `${path.slice(0, 200)}…`;
    for (const [key, item] of Object.entries(value)) left.push([`${name}.${key}`, item]);
  }
}
