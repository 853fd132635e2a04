import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Redis, Result } from 'ioredis';
import { RedisService } from '../../platform/redis/redis.service';
import type { Change, Log } from '../domain/change';
import { compareEntries, entryKey } from '../domain/fold';
import type { TimerState } from '../domain/timer';
import { viewOf } from '../domain/timer.events';
import type { Origin } from '../domain/origin';
import type { ChangeMessage, ChangeRecord, Cursor } from '../domain/timer.events';
import { tradeKey } from '../domain/trade';
import { TimerError } from '../timer.errors';
import { TIMER_OPTIONS } from '../timer.options';
import type { TimerOptions } from '../timer.options';
import { parseCursor, parseEntry, parseState } from './parse-stored';
import { timerKeys, timersKey } from '../domain/timer.keys';
import type { TimerKeys } from '../domain/timer.keys';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    commitTimer(...keysAndArguments: (string | number)[]): Result<[string, number, number], Context>;
  }
}

/** A timer as read from Redis, with what a commit onto it must name. */
export interface StoredLog extends Log {
  readonly cursors: readonly Cursor[];
  /** Commit number; 0 where the timer does not exist. */
  readonly commit: number;
  /** Run id of the server that was read. */
  readonly runId: string;
  /** Run id of the server that took the last commit. */
  readonly committedRunId: string;
}

/** A mark against counting a trade twice. */
export interface TradeMark {
  readonly key: string;
  readonly blockTimeMs: number;
}

/** How the script answered. */
export type CommitReply = 'ok' | 'conflict' | 'stale_leader' | 'other_server' | 'unknown_timer';

/** What a commit says beside the change itself. */
export interface CommitOptions {
  readonly expectedCommit: number;
  readonly runId: string;
  /** Null for admin acts. */
  readonly fencingToken: number | null;
  readonly cursors?: readonly Cursor[];
  /** All cursors after the commit, for the change record. */
  readonly allCursors?: readonly Cursor[];
  /** `keep`: accepts the new server's run id. `replace`: also clears tail, marks and cursors first. */
  readonly recovery?: 'keep' | 'replace';
  /** Marks beside those of the change. */
  readonly marks?: readonly TradeMark[];
  /** What led to it. */
  readonly origin?: Origin;
}

/** Reads and commits timers; owns no rule. */
@Injectable()
export class TimerStore {
  private readonly redis: Redis;
  private readonly prefix: string;

  constructor(
    redis: RedisService,
    @Inject(TIMER_OPTIONS) private readonly options: Pick<TimerOptions, 'eventsTtlSec'>,
  ) {
    this.redis = redis.commands;
    this.prefix = redis.keyPrefix;
    this.redis.defineCommand('commitTimer', {
      numberOfKeys: 5,
      lua: readFileSync(join(__dirname, 'commit.lua'), 'utf8'),
    });
  }

  /**
   * Everything about a timer in one atomic read; null where it does not exist.
   *
   * @param known - what was read or committed before: the answer itself where no commit has come since
   */
  async load(id: string, known: StoredLog | null = null): Promise<StoredLog | null> {
    const keys = timerKeys(this.prefix, id);
    if (known !== null && (await this.isPresent(keys, known))) return known;
    const replies = await this.redis
      .multi()
      .hmget(keys.state, 'doc', 'commit', 'run')
      .hvals(keys.tail)
      .hvals(keys.cursors)
      .info('server')
      .exec();
    const [fields, tail, cursors, info] = (replies ?? []).map(([err, reply]) => {
      if (err) throw err;
      return reply;
    });
    const [doc, commit, committedRunId] = textList(fields);
    if (doc === undefined || doc === '') return null;
    return {
      state: parseState(doc),
      tail: textList(tail).map(parseEntry).sort(compareEntries),
      cursors: textList(cursors).map(parseCursor),
      commit: Number(commit),
      runId: runIdOf(info),
      committedRunId: committedRunId ?? '',
    };
  }

  /**
   * A long tail takes long to read; commit number and state tell whether it has changed. The number alone would not do:
   * it begins anew where a server has lost its data.
   */
  private async isPresent({ state }: TimerKeys, known: StoredLog): Promise<boolean> {
    const replies = await this.redis.multi().hmget(state, 'doc', 'commit', 'run').info('server').exec();
    const [fields, info] = (replies ?? []).map(([err, reply]) => {
      if (err) throw err;
      return reply;
    });
    const [doc = '', commit, run] = textList(fields);
    if (doc === '' || Number(commit) !== known.commit || run !== known.committedRunId) return false;
    const { epoch, revision } = parseState(doc);
    const isSameState = epoch === known.state.epoch && revision === known.state.revision;
    return isSameState && runIdOf(info) === known.runId;
  }

  /** Run id of the Redis server that answers now. */
  async runId(): Promise<string> {
    return runIdOf(await this.redis.info('server'));
  }

  /** State alone, and whether the server that answers is the one that took the last commit; null where it does not exist. */
  async peek(id: string): Promise<{ state: TimerState; isTrusted: boolean } | null> {
    const keys = timerKeys(this.prefix, id);
    const replies = await this.redis.multi().hmget(keys.state, 'doc', 'run').info('server').exec();
    const [fields, info] = (replies ?? []).map(([err, reply]) => {
      if (err) throw err;
      return reply;
    });
    const [doc, run] = textList(fields);
    if (doc === undefined || doc === '') return null;
    return { state: parseState(doc), isTrusted: run === runIdOf(info) };
  }

  /** Ids of all timers that were ever registered here. */
  async ids(): Promise<readonly string[]> {
    return (await this.redis.smembers(timersKey(this.prefix))).sort();
  }

  /** Registers an id; before the first commit, so that no timer is ever hidden. */
  async register(id: string): Promise<void> {
    await this.redis.sadd(timersKey(this.prefix), id);
  }

  /** Which of the trade keys were counted or kept before. */
  async known(id: string, tradeKeys: readonly string[]): Promise<ReadonlySet<string>> {
    if (tradeKeys.length === 0) return new Set();
    const scores = await this.redis.zmscore(timerKeys(this.prefix, id).counted, ...tradeKeys);
    return new Set(tradeKeys.filter((_, position) => scores[position] !== null));
  }

  /** Asks the script to make the change true. @throws TimerError TIMER_COMMIT_FAILED on a reply that is none of ours */
  async commit(change: Change, options: CommitOptions): Promise<CommitReply> {
    const { state } = change;
    const keys = timerKeys(this.prefix, state.id);
    const [tag] = await this.redis.commitTimer(
      ...scriptKeys(keys),
      ...this.scriptArguments(change, options, keys),
    );
    if (!isReply(tag)) throw new TimerError('TIMER_COMMIT_FAILED', { timerId: state.id, tag });
    return tag;
  }

  private scriptArguments(change: Change, options: CommitOptions, keys: TimerKeys): (string | number)[] {
    const { state, isVisible } = change;
    const cursors = options.cursors ?? [];
    const own = change.counted.map((trade) => ({ key: tradeKey(trade), blockTimeMs: trade.blockTimeMs }));
    const marks: readonly TradeMark[] = [...own, ...(options.marks ?? [])];
    const record: ChangeRecord = {
      timerId: state.id,
      epoch: state.epoch,
      revision: state.revision,
      atMs: state.lastCommitMs,
      events: change.events,
      trades: change.trades,
      retracted: change.forgotten,
      cursors: options.allCursors ?? cursors,
      state,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    };
    const message = messageOf(change, options.origin?.traceparent ?? null);
    return [
      options.expectedCommit,
      options.runId,
      options.fencingToken ?? '',
      JSON.stringify(state),
      RECOVERY_FLAGS[options.recovery ?? 'none'],
      JSON.stringify(change.put.flatMap((entry) => [entryKey(entry), JSON.stringify(entry)])),
      JSON.stringify(change.drop),
      JSON.stringify(marks.flatMap((mark) => [String(mark.blockTimeMs), mark.key])),
      JSON.stringify(cursors.flatMap((cursor) => [cursor.address, JSON.stringify(cursor)])),
      state.lastCommitMs - this.options.eventsTtlSec * 1000,
      isVisible ? JSON.stringify(record) : '',
      keys.channel,
      isVisible ? JSON.stringify(message) : '',
      JSON.stringify(change.forgotten),
    ];
  }
}

function messageOf({ state, firstTrades, ended }: Change, traceparent: string | null): ChangeMessage {
  return {
    view: viewOf(state),
    trades: firstTrades,
    ended,
    isDeleted: state.isDeleted,
    ...(traceparent === null ? {} : { traceparent }),
  };
}

const RECOVERY_FLAGS = { none: 0, keep: 1, replace: 2 };

function scriptKeys(keys: TimerKeys): string[] {
  return [keys.state, keys.tail, keys.counted, keys.cursors, keys.events];
}

function isReply(tag: string): tag is CommitReply {
  return ['ok', 'conflict', 'stale_leader', 'other_server', 'unknown_timer'].includes(tag);
}

function runIdOf(info: unknown): string {
  return /run_id:(\w+)/.exec(String(info))?.[1] ?? '';
}

function textList(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map((text: unknown) => (typeof text === 'string' ? text : '')) : [];
}
