import type { TimerEventType } from '../../timer/domain/timer.events';
import type { TradeSide, TradeSource } from '../../timer/domain/trade';

/** Which trades are asked for; what is absent or null does not restrict. */
export interface TradeFilter {
  /** Block time from here on, epoch ms, inclusive. */
  readonly fromMs?: number | null | undefined;
  /** Block time before this, epoch ms, exclusive, so that adjacent windows share no trade. */
  readonly toMs?: number | null | undefined;
  readonly side?: TradeSide | null | undefined;
  readonly trader?: string | null | undefined;
  readonly program?: string | null | undefined;
  /** Exact decimal in whole tokens, inclusive. */
  readonly minAmount?: string | null | undefined;
  readonly maxAmount?: string | null | undefined;
  readonly source?: TradeSource | null | undefined;
  readonly movedDeadline?: boolean | null | undefined;
  readonly round?: number | null | undefined;
}

/** Which events are asked for; what is absent or null does not restrict. */
export interface TimerEventFilter {
  /** Time of the commit from here on, epoch ms, inclusive. */
  readonly fromMs?: number | null | undefined;
  /** Time of the commit before this, epoch ms, exclusive. */
  readonly toMs?: number | null | undefined;
  /** An empty list matches nothing. */
  readonly types?: readonly TimerEventType[] | null | undefined;
  readonly round?: number | null | undefined;
  readonly actor?: string | null | undefined;
}
