import { firstState } from '../../src/timer/domain/new-timer';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import type { ChangeRecord, TimerEvent } from '../../src/timer/domain/timer.events';
import type { FoldedTrade } from '../../src/timer/domain/trade';

/** The timer of records that name none. */
export const TIMER = 'global';

const CREATED_AT_MS = 1_732_350_000_001;

/** What a record says beside its revision. */
export type RecordParts = Partial<
  Pick<ChangeRecord, 'timerId' | 'epoch' | 'trades' | 'retracted' | 'events' | 'cursors' | 'atMs'>
>;

/** A change record of `revision`, as a commit writes it. */
export function changeRecord(revision: number, parts: RecordParts = {}): ChangeRecord {
  const { timerId = TIMER, epoch = 1, atMs = 1_732_350_000_123 + revision } = parts;
  const { trades = [], retracted = [], events = [], cursors = [] } = parts;
  const timer = { id: timerId, tokenAddress: 'Mint1', durationMs: 600_000, rules: DEFAULT_RULES, pools: [] };
  const first = firstState({ ...timer, chainReading: true, isPaused: false }, CREATED_AT_MS);
  const state = { ...first, epoch, revision, lastCommitMs: atMs };
  return { timerId, epoch, revision, atMs, events, trades, retracted, cursors, state };
}

/** A trade; `name` makes its signature. */
export function foldedTrade(name: string, parts: Partial<FoldedTrade> = {}): FoldedTrade {
  return {
    ...{ signature: name, index: 0, slot: 300_000_001, blockIndex: null, blockTimeMs: 1_732_350_001_000 },
    ...{ detectedAtMs: 1_732_350_002_345, mint: 'Mint1', side: 'BUY', amountRaw: '1500000', decimals: 6 },
    ...{ trader: 'Trader1', quoteMint: 'Quote1', quoteRaw: '25', quoteDecimals: 9, program: 'Raydium' },
    ...{ source: 'POLLING', round: 1, movedDeadline: true, isWaiting: false },
    ...parts,
  };
}

/** The event of a trade that moved the deadline. */
export function resetEvent(
  revision: number,
  trade: FoldedTrade | null,
  parts: Partial<TimerEvent> = {},
): TimerEvent {
  return {
    ...{
      timerId: TIMER,
      epoch: 1,
      revision,
      number: 0,
      type: 'RESET',
      atMs: 1_732_350_000_123 + revision,
      round: 1,
    },
    ...{ deadlineMs: 1_732_350_601_000, actor: 'chain', reason: null, trade },
    ...parts,
  };
}

/** A record with one trade that moved the deadline. */
export function tradeRecord(revision: number, name = `Sig${revision}x`): ChangeRecord {
  const trade = foldedTrade(name, {
    slot: 300_000_000 + revision,
    blockTimeMs: 1_732_350_000_000 + revision * 1000,
  });
  const cursors = [{ address: 'Mint1', slot: trade.slot, signature: name }];
  return changeRecord(revision, { trades: [trade], events: [resetEvent(revision, trade)], cursors });
}
