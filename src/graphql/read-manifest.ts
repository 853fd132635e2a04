/**
 * The documents of a list of operations: a manifest as Apollo's tools write it, or an object whose values are texts.
 *
 * @throws Error where it is neither
 */
export function readManifest(json: string): string[] {
  const list: unknown = JSON.parse(json);
  if (typeof list !== 'object' || list === null) throw new Error('the list is no object');
  const values: unknown[] =
    'operations' in list && Array.isArray(list.operations)
      ? list.operations.map(bodyOf)
      : Object.values(list);
  return values.map((value) => {
    if (typeof value !== 'string' || value === '') throw new Error('an operation of the list has no text');
    return value;
  });
}

function bodyOf(operation: unknown): unknown {
  return typeof operation === 'object' && operation !== null && 'body' in operation ? operation.body : null;
}
