import { HistoryError } from './history.errors';

/** The event stream of one timer. */
export interface TimerStream {
  readonly timerId: string;
  readonly key: string;
  /** Stream of entries that could not be written, in the same hash slot. */
  readonly poisonKey: string;
}

/** One delivered entry. */
export interface StreamEntry {
  readonly stream: TimerStream;
  /** `<ms>-<sequence>`, given by Redis. */
  readonly id: string;
  /** JSON of the change record; null where the entry has no such field. */
  readonly json: string | null;
  /** True where the entry was deleted from the stream before it was acknowledged. */
  readonly isGone: boolean;
}

/**
 * The place of an entry in its stream as one number that fits a Postgres bigint: milliseconds × 2^20 + sequence.
 *
 * @returns a decimal integer string
 */
export function positionOf(id: string): string {
  const { ms, sequence } = parseId(id);
  return ((ms << 20n) + sequence).toString();
}

/** Orders two entry ids of one stream. */
export function compareIds(a: string, b: string): number {
  const left = parseId(a);
  const right = parseId(b);
  const difference = left.ms - right.ms || left.sequence - right.sequence;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Reads the reply of XREADGROUP; null (nothing came) gives no entries. */
export function readReply(reply: unknown, streamOf: (key: string) => TimerStream | undefined): StreamEntry[] {
  if (reply === null) return [];
  return listOf(reply).flatMap((item) => {
    const [key, entries] = listOf(item);
    const stream = streamOf(textOf(key));
    return stream === undefined ? [] : readEntries(stream, entries);
  });
}

/** Reads a list of `[id, fields]`, as in the replies of XREADGROUP and XAUTOCLAIM. */
export function readEntries(stream: TimerStream, reply: unknown): StreamEntry[] {
  return listOf(reply).flatMap((item) => {
    if (item === null) return [];
    const [id, fields] = listOf(item);
    const isGone = fields === null;
    return [{ stream, id: textOf(id), json: isGone ? null : changeOf(listOf(fields)), isGone }];
  });
}

/** An array of a Redis reply. @throws HistoryError `HISTORY_ENTRY_MALFORMED` */
export function listOf(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new HistoryError('HISTORY_ENTRY_MALFORMED', { field: 'reply' });
  return reply;
}

/** A string of a Redis reply. @throws HistoryError `HISTORY_ENTRY_MALFORMED` */
export function textOf(reply: unknown): string {
  if (typeof reply !== 'string') throw new HistoryError('HISTORY_ENTRY_MALFORMED', { field: 'reply' });
  return reply;
}

function changeOf(fields: readonly unknown[]): string | null {
  for (let at = 0; at + 1 < fields.length; at += 2) {
    if (fields[at] === 'change') return textOf(fields[at + 1]);
  }
  return null;
}

function parseId(id: string): { ms: bigint; sequence: bigint } {
  const [ms = '0', sequence = '0'] = id.split('-');
  return { ms: BigInt(ms), sequence: BigInt(sequence) };
}
