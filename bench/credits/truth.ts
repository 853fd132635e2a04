import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import type { RoundEnd } from '../../src/timer/domain/timer';
import { tradeKey } from '../../src/timer/domain/trade';
import type { Trade } from '../../src/timer/domain/trade';
import { newTimer, T0, TimerLab, tradeAt } from '../../test/support/timer-lab';
import { DURATION_MS, MINT, POOLS, START_MS } from './profiles';
import type { ChainRow } from './profiles';

/** The timer that every policy is asked about. */
export const TIMER = newTimer({
  id: 'global',
  tokenAddress: MINT,
  durationMs: DURATION_MS,
  rules: DEFAULT_RULES,
  pools: POOLS,
});

/** What the fold over the whole chain says. */
export interface Truth {
  /** Trades that count, with the round they count in. */
  readonly rounds: ReadonlyMap<string, number>;
  readonly ends: readonly RoundEnd[];
}

/** Folds the day at once, up to a time when everything is settled. */
export function truthOf(rows: readonly ChainRow[], settledMs: number): Truth {
  const lab = new TimerLab(TIMER, (START_MS - T0) / 1000);
  const trades = rows.filter(({ isTrade }) => isTrade).map((row) => tradeOf(row, placeOf(row, rows)));
  lab.find(trades, (settledMs - T0) / 1000);
  lab.settle({ slot: Number.MAX_SAFE_INTEGER, blockTimeMs: settledMs });
  const rounds = new Map<string, number>();
  for (const { trades: told } of lab.changes) {
    for (const trade of told) {
      if (trade.round === null) rounds.delete(tradeKey(trade));
      else rounds.set(tradeKey(trade), trade.round);
    }
  }
  return { rounds, ends: lab.ends };
}

function tradeOf({ signature, slot, blockTimeSec }: ChainRow, blockIndex: number): Trade {
  return tradeAt(0, { signature, slot, blockIndex, blockTimeMs: blockTimeSec * 1000 });
}

function placeOf(row: ChainRow, rows: readonly ChainRow[]): number {
  let place = 0;
  for (let at = rows.indexOf(row) - 1; rows[at]?.slot === row.slot; at -= 1) place += 1;
  return place;
}
