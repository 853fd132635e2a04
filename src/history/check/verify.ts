import type { Redis } from 'ioredis';
import type { PostgresReader } from '../../platform/postgres/postgres.reader';
import { parseChange } from '../change.parser';
import { rowsOf } from '../event.rows';
import type { LoggedChange } from '../event.rows';
import { DIFFERENT_EVENTS, DIFFERENT_TRADES } from '../event.sql';
import { listOf, positionOf, readEntries, textOf } from '../stream.entry';
import type { StreamEntry, TimerStream } from '../stream.entry';
import { HISTORY_GROUP } from '../timer.streams';
import { INSIDE, MISSING_EVENTS, MISSING_TRADES, NOT_RETRACTED } from './verify.sql';

/** One thing that is not as it should be. */
export interface Finding {
  /** Unknown: history holds it, and what it was compared with does not. */
  readonly kind: 'missing' | 'double' | 'different' | 'unknown' | 'unreadable' | 'set aside';
  /** What was compared with Postgres; `postgres` for what it holds in itself. */
  readonly against: 'stream' | 'postgres' | 'chain';
  readonly identity: string;
}

/** What was looked at. */
export interface Verified {
  /** Entries that are in Postgres, and such that are still to be written. */
  readonly entries: number;
  readonly waiting: number;
  readonly findings: readonly Finding[];
}

/** A stretch of time, epoch ms. */
export interface VerifyRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const ENTRIES_AT_ONCE = 500;
const MAX_FINDINGS = 10_000;

/** Compares every written entry of a timer's stream from the range with Postgres. @throws errors of either server */
export async function verifyStream(
  redis: Redis,
  reader: PostgresReader,
  stream: TimerStream,
  { fromMs, toMs }: VerifyRange,
): Promise<Verified> {
  const findings: Finding[] = [];
  let [entries, waiting] = [0, 0];
  for (let from = `${fromMs}-0`; findings.length < MAX_FINDINGS;) {
    const reply = await redis.xrange(stream.key, from, `${toMs - 1}`, 'COUNT', ENTRIES_AT_ONCE);
    const some = readEntries(stream, reply);
    const last = some.at(-1);
    if (last === undefined) break;
    const unwritten = await unwrittenAmong(redis, stream, some);
    const written = some.filter(({ id }) => !unwritten.has(id));
    entries += written.length;
    waiting += unwritten.size;
    findings.push(...(await compare(reader, written)));
    from = `(${last.id}`;
  }
  const poison = readEntries(stream, await redis.xrange(stream.poisonKey, `${fromMs}-0`, '+'));
  findings.push(...poison.map(({ id }): Finding => ({ kind: 'set aside', against: 'stream', identity: id })));
  return { entries, waiting, findings };
}

/** Looks for what Postgres holds twice, half or summed up wrongly. @throws the driver's error */
export async function verifyRows(
  reader: PostgresReader,
  timerId: string,
  { fromMs, toMs }: VerifyRange,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  // a day at a time keeps each statement short
  for (let day = fromMs; day < toMs && findings.length < MAX_FINDINGS; day = nextDay(day)) {
    const range = [new Date(day), new Date(Math.min(nextDay(day), toMs))];
    for (const { kind, sql } of INSIDE) {
      const rows = await reader.query<{ identity: string }>(sql, [timerId, ...range]);
      findings.push(...rows.map(({ identity }): Finding => ({ kind, against: 'postgres', identity })));
    }
  }
  return findings;
}

async function compare(reader: PostgresReader, entries: readonly StreamEntry[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const changes: LoggedChange[] = [];
  for (const { id, json, stream } of entries) {
    try {
      changes.push({ change: parseChange(json ?? '', stream.timerId), position: positionOf(id) });
    } catch {
      // it was set aside, or Postgres would not have it
      findings.push({ kind: 'unreadable', against: 'stream', identity: id });
    }
  }
  const { events, trades, retracted } = rowsOf(changes);
  const checks = [
    ['missing', MISSING_EVENTS, events],
    ['missing', MISSING_TRADES, trades],
    ['different', DIFFERENT_EVENTS, events],
    ['different', DIFFERENT_TRADES, trades],
    ['different', NOT_RETRACTED, retracted],
  ] as const;
  for (const [kind, sql, rows] of checks) {
    if (rows.length === 0) continue;
    const found = await reader.query<{ identity: string }>(sql, [JSON.stringify(rows)]);
    findings.push(...found.map(({ identity }): Finding => ({ kind, against: 'stream', identity })));
  }
  return findings;
}

async function unwrittenAmong(
  redis: Redis,
  stream: TimerStream,
  entries: readonly StreamEntry[],
): Promise<ReadonlySet<string>> {
  // in this order: what was delivered by then and is not pending afterwards has been acknowledged
  const delivered = await lastDelivered(redis, stream);
  const [first, last] = [entries[0]?.id ?? '-', entries.at(-1)?.id ?? '+'];
  const pending = await redis
    .xpending(stream.key, HISTORY_GROUP, first, last, entries.length)
    .catch((err: unknown) => {
      if (err instanceof Error && err.message.startsWith('NOGROUP')) return entries.map(({ id }) => [id]);
      throw err;
    });
  const ids = new Set(listOf(pending).map((row) => textOf(listOf(row)[0])));
  for (const { id } of entries) if (delivered === null || positionIsBehind(id, delivered)) ids.add(id);
  return ids;
}

async function lastDelivered(redis: Redis, stream: TimerStream): Promise<string | null> {
  for (const item of listOf(await redis.xinfo('GROUPS', stream.key))) {
    const facts = listOf(item);
    const at = (name: string): unknown => facts[facts.indexOf(name) + 1];
    if (at('name') === HISTORY_GROUP) return textOf(at('last-delivered-id'));
  }
  return null;
}

function positionIsBehind(id: string, other: string): boolean {
  return BigInt(positionOf(id)) > BigInt(positionOf(other));
}

function nextDay(ms: number): number {
  return (Math.floor(ms / 86_400_000) + 1) * 86_400_000;
}
