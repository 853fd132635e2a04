/** One entry of a stream: its id, its text, and who brought it. */
export interface StreamEntry extends Sender {
  readonly id: string;
  readonly text: string;
}

/** The request that brought an entry, for logs and traces; null where that is not known. */
export interface Sender {
  readonly requestId: string | null;
  /** W3C trace context; null while no traces are made. */
  readonly traceparent: string | null;
}

/** Entries of an `XREADGROUP` reply over one stream; none where the call ran out of time. */
export function entriesOfRead(reply: unknown): readonly StreamEntry[] {
  return listOf(reply).flatMap((stream) => entriesOf(listOf(stream)[1]));
}

/** Entries of an `XAUTOCLAIM` reply, and where to go on; `0-0` at the end. */
export function entriesOfClaim(reply: unknown): { next: string; entries: readonly StreamEntry[] } {
  const [next, entries] = listOf(reply);
  return { next: typeof next === 'string' ? next : '0-0', entries: entriesOf(entries) };
}

function entriesOf(reply: unknown): readonly StreamEntry[] {
  return listOf(reply).flatMap((entry) => {
    const [id, fields] = listOf(entry);
    const [, text, ...more] = listOf(fields);
    if (typeof id !== 'string' || typeof text !== 'string') return [];
    return [{ id, text, requestId: fieldOf(more, 'requestId'), traceparent: fieldOf(more, 'traceparent') }];
  });
}

function fieldOf(fields: readonly unknown[], name: string): string | null {
  const value = fields[fields.indexOf(name) + 1];
  return fields.includes(name) && typeof value === 'string' ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
