import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { compareIds, listOf, textOf } from './stream.entry';
import type { TimerStream } from './stream.entry';
import { HISTORY_GROUP } from './timer.streams';

const FORGET_CONSUMERS = readFileSync(join(__dirname, 'forget-consumers.lua'), 'utf8');
const CONSUMER_IS_GONE_MS = 3_600_000;

/** How far one consumer group of a stream is. */
interface GroupProgress {
  readonly name: string;
  readonly pending: number;
  readonly lastDeliveredId: string;
  /** Entries not delivered yet; null where Redis cannot tell. */
  readonly lag: number | null;
}

/** What trimming a stream found. */
export interface Trimmed {
  readonly removed: number;
  /** True where every group has acknowledged every entry. */
  readonly isDrained: boolean;
}

/** Removes entries that every group has acknowledged and that are older than `ttlSec`; never another one. */
export async function trimStream(redis: Redis, stream: TimerStream, ttlSec: number): Promise<Trimmed> {
  const groups = await readGroups(redis, stream);
  const isDrained = groups.every(({ pending, lag }) => pending === 0 && lag === 0);
  if (groups.length === 0) return { removed: 0, isDrained };
  const [nowSec] = await redis.time();
  let bound = `${Math.max(0, (Number(nowSec) - ttlSec) * 1000)}-0`;
  for (const group of groups) {
    const oldest = await oldestNeeded(redis, stream, group);
    if (compareIds(oldest, bound) < 0) bound = oldest;
  }
  return { removed: await redis.xtrim(stream.key, 'MINID', '=', bound), isDrained };
}

/** Drops the names of consumers that have been gone for an hour and hold nothing. */
export async function forgetConsumers(
  redis: Redis,
  stream: TimerStream,
  group = HISTORY_GROUP,
): Promise<void> {
  await redis.eval(FORGET_CONSUMERS, 1, stream.key, group, CONSUMER_IS_GONE_MS);
}

/** Entries of a stream that a group has not acknowledged; at most that many where Redis cannot tell. */
export async function countUnwritten(
  redis: Redis,
  stream: TimerStream,
  groupName = HISTORY_GROUP,
): Promise<number> {
  const group = (await readGroups(redis, stream)).find(({ name }) => name === groupName);
  if (group === undefined) return await redis.xlen(stream.key);
  return group.pending + (group.lag ?? (await redis.xlen(stream.key)));
}

// what a group has not acknowledged begins at its oldest pending entry, or else behind the last delivered one
async function oldestNeeded(redis: Redis, stream: TimerStream, group: GroupProgress): Promise<string> {
  if (group.pending === 0) return group.lastDeliveredId;
  const [, oldestPending] = listOf(await redis.xpending(stream.key, group.name));
  return oldestPending === null ? group.lastDeliveredId : textOf(oldestPending);
}

async function readGroups(redis: Redis, stream: TimerStream): Promise<readonly GroupProgress[]> {
  const reply = await redis.xinfo('GROUPS', stream.key).catch((err: unknown) => {
    if (err instanceof Error && err.message.includes('no such key')) return [];
    throw err;
  });
  return listOf(reply).map((item) => {
    const facts = factsOf(listOf(item));
    const lag = facts.get('lag');
    return {
      name: textOf(facts.get('name')),
      pending: Number(facts.get('pending')),
      lastDeliveredId: textOf(facts.get('last-delivered-id')),
      lag: typeof lag === 'number' ? lag : null,
    };
  });
}

function factsOf(pairs: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  const facts = new Map<unknown, unknown>();
  for (let at = 0; at + 1 < pairs.length; at += 2) facts.set(pairs[at], pairs[at + 1]);
  return facts;
}
