import { setImmediate as yieldToOthers, setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { traces } from '../../platform/tracing/traces';
import type { Trade } from '../../timer/domain/trade';
import type { TimerState } from '../../timer/domain/timer';
import type { TimerService } from '../../timer/timer.service';
import type { ChainSource } from '../chain-reader';
import { SolanaError } from '../domain/solana.errors';
import type { Transaction } from '../domain/transaction';
import type { Sender } from '../redis/read-stream';
import type { Arrival, IngestService, Judgement } from '../ingest.service';
import { CauseOf } from './cause';
import type { ReadingList } from './reading-list';
import { watchedAddresses } from './timer-door';
import type { TimerMemories, TimerMemory } from './timer-memory';

/** Waits between tries to fetch a transaction that was pushed before the node knows it, in ms. */
const FETCH_AGAIN_MS = [300, 600, 1_200];
/** So many are judged before others on this thread get their turn. */
const JUDGED_AT_ONCE = 25;

/** Ways in which a transaction is pushed. */
export type PushSource = 'WEBHOOK' | 'WEBSOCKET';

/** What the desk works with. */
export interface DeskParts {
  readonly timers: Pick<TimerService, 'apply' | 'learn'>;
  readonly chain: Pick<ChainSource, 'transaction'>;
  readonly ingest: IngestService;
  readonly memories: TimerMemories;
  readonly list: Pick<ReadingList, 'all'>;
  /** Default: as long as that takes. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Who pushes, and with what right its trades are written. */
export interface PushTurn {
  readonly source: PushSource;
  readonly fencingToken: number;
  readonly signal: AbortSignal;
  /** Which request brought each transaction, by signature, where one did. */
  readonly senders?: ReadonlyMap<string, Sender>;
}

/** What pushed transactions amount to for one timer. */
interface Found {
  readonly judged: Transaction[];
  readonly trades: Trade[];
  readonly pools: string[];
  readonly from: CauseOf;
}

/**
 * Judges pushed transactions for every timer and writes their trades, all of a batch in one commit. What cannot be
 * judged is left to the sweep of the lists, and so are cursors: only a list proves that nothing is missing.
 */
export class PushDesk {
  private readonly log = new Logger('solana');
  private readonly wait: NonNullable<DeskParts['wait']>;

  constructor(private readonly parts: DeskParts) {
    this.wait = parts.wait ?? ((ms, signal) => delay(ms, undefined, { signal }));
  }

  /** @throws while Redis cannot be reached, or the signal's AbortError; then the batch may be taken again */
  async take(pushed: readonly Transaction[], turn: PushTurn): Promise<'done' | 'stale_leader'> {
    for (const state of await this.parts.list.all()) {
      const memory = this.parts.memories.of(state);
      const found = await this.judge(pushed, memory, turn);
      if ((await this.write(state, found, turn)) === 'stale_leader') return 'stale_leader';
      markJudged(memory, found.judged);
      memory.sawPushes(found.judged.length);
    }
    return 'done';
  }

  /** The transaction as the chain holds it; null where no endpoint knows it within about two seconds. */
  async fetch(signature: string, signal: AbortSignal): Promise<unknown> {
    for (const waitMs of [0, ...FETCH_AGAIN_MS]) {
      if (waitMs > 0) await this.wait(waitMs, signal);
      const payload = await this.parts.chain
        .transaction(signature, 'confirmed', signal)
        .catch((err: unknown) => {
          if (signal.aborted || !(err instanceof SolanaError)) throw err;
          return null;
        });
      if (payload !== null) return payload;
    }
    return null;
  }

  private async judge(pushed: readonly Transaction[], memory: TimerMemory, turn: PushTurn): Promise<Found> {
    const found: Found = { judged: [], trades: [], pools: [], from: new CauseOf() };
    const unlike = new Map(
      pushed.map((transaction) => [`${transaction.signature} ${transaction.slot ?? ''}`, transaction]),
    );
    let sinceYield = 0;
    for (const transaction of unlike.values()) {
      if (isKnown(memory, transaction)) continue;
      if ((sinceYield += 1) % JUDGED_AT_ONCE === 0) await yieldToOthers();
      turn.signal.throwIfAborted();
      const sender = turn.senders?.get(transaction.signature);
      const parent = sender?.traceparent ?? null;
      const facts = { signature: transaction.signature, source: turn.source };
      const span = traces.begin('trade.judge', { parent, facts });
      const judgement = await this.judgementOf(transaction, memory, turn);
      span.end({ outcome: judgement.kind });
      if (judgement.kind !== 'judged') continue;
      if (judgement.trades.length > 0) found.from.add(sender, span);
      found.judged.push(transaction);
      found.trades.push(...judgement.trades);
      found.pools.push(...judgement.pools);
    }
    return found;
  }

  private async judgementOf(
    transaction: Transaction,
    memory: TimerMemory,
    { source, signal }: PushTurn,
  ): Promise<Judgement> {
    const arrival = { mint: memory.mint, source, row: null };
    const pushed = this.judgePushed(transaction, arrival);
    // what a notice of the logs led to was fetched already
    const isFetched = source === 'WEBSOCKET';
    if (pushed?.kind === 'judged' && (isFetched || this.isBelievable(pushed.trades, memory))) return pushed;
    const fetched = this.parts.ingest.judge(await this.fetch(transaction.signature, signal), arrival);
    if (fetched.kind !== 'judged') {
      this.log.log({ message: 'pushed transaction left to the sweep', signature: transaction.signature });
    }
    return fetched;
  }

  /** A trade that is said to stand far from where the chain is moves nothing before the chain itself shows it. */
  private isBelievable(trades: readonly Trade[], memory: TimerMemory): boolean {
    const far = trades.find(({ slot, blockTimeMs }) => !memory.isPlausible({ slot, timeMs: blockTimeMs }));
    if (far !== undefined)
      this.log.debug({ message: 'pushed trade left to the chain', signature: far.signature, slot: far.slot });
    return far === undefined;
  }

  /** Null where the payload is of a kind that nobody foresaw: one of them must not hold up all others. */
  private judgePushed(transaction: Transaction, arrival: Arrival): Judgement | null {
    try {
      return this.parts.ingest.judgeTransaction(transaction, arrival);
    } catch (err) {
      const { signature } = transaction;
      this.log.error({ message: 'pushed transaction could not be judged', signature, err });
      return null;
    }
  }

  private async write(
    state: TimerState,
    { trades, pools, from }: Found,
    { fencingToken }: PushTurn,
  ): Promise<'done' | 'stale_leader'> {
    if (trades.length > 0) {
      const { cause } = from;
      const written = { trades, cursors: [], ...(cause === undefined ? {} : { cause }) };
      const { tag } = await this.parts.timers.apply(state.id, written, fencingToken);
      if (tag === 'stale_leader') return tag;
    }
    const known = new Set(watchedAddresses(state));
    const add = [...new Set(pools)].filter((address) => !known.has(address));
    if (add.length === 0) return 'done';
    const { tag } = await this.parts.timers.learn(state.id, { add, remove: [] }, fencingToken);
    return tag === 'stale_leader' ? tag : 'done';
  }
}

function isKnown(memory: TimerMemory, { signature, slot }: Transaction): boolean {
  return slot !== null && memory.isJudged({ signature, slot });
}

/** An enhanced payload is a provider's reading; the sweep looks at the transaction itself once more. */
function markJudged(memory: TimerMemory, transactions: readonly Transaction[]): void {
  memory.markJudged(
    transactions.flatMap(({ form, signature, slot }) =>
      form === 'enhanced' || slot === null ? [] : [{ signature, slot }],
    ),
  );
}
