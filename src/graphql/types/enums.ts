import { registerEnumType } from '@nestjs/graphql';
import type { ResetMode as Mode, TimerStatus as Status } from '../../timer/domain/timer';
import type { TimerEventType as EventType } from '../../timer/domain/timer.events';
import type { TradeSide as Side, TradeSource as Source } from '../../timer/domain/trade';

/** The public names of a timer's status. */
export const TimerStatus: { readonly [Name in Status]: Name } = {
  RUNNING: 'RUNNING',
  PAUSED: 'PAUSED',
  SETTLING: 'SETTLING',
  EXPIRED: 'EXPIRED',
};

/** The public names of a trade's side. */
export const TradeSide: { readonly [Name in Side]: Name } = { BUY: 'BUY', SELL: 'SELL' };

/** The public names of where a trade was seen first. */
export const TradeSource: { readonly [Name in Source]: Name } = {
  POLLING: 'POLLING',
  WEBHOOK: 'WEBHOOK',
  WEBSOCKET: 'WEBSOCKET',
  BACKFILL: 'BACKFILL',
};

/** The public names of what a counting trade does to the deadline. */
export const ResetMode: { readonly [Name in Mode]: Name } = { RESET: 'RESET', EXTEND: 'EXTEND' };

/** The public names of what can happen to a timer. */
export const TimerEventType: { readonly [Name in EventType]: Name } = {
  CREATED: 'CREATED',
  STARTED: 'STARTED',
  RESET: 'RESET',
  EXTENDED: 'EXTENDED',
  PAUSED: 'PAUSED',
  RESUMED: 'RESUMED',
  SETTLING: 'SETTLING',
  EXPIRED: 'EXPIRED',
  CONFIGURED: 'CONFIGURED',
  DELETED: 'DELETED',
  LATE_TRADE: 'LATE_TRADE',
  RECOVERED: 'RECOVERED',
};

registerEnumType(TimerStatus, {
  name: 'TimerStatus',
  description: 'Where a timer stands at serverTime.',
  valuesMap: {
    RUNNING: { description: 'A round is open and its deadline is not past.' },
    PAUSED: { description: 'An admin has stopped the time; trades are history only.' },
    SETTLING: {
      description: 'The deadline is past and the chain is still being read up to it: the round may be saved.',
    },
    EXPIRED: { description: 'The round is over; the next counting trade opens another.' },
  },
});
registerEnumType(TradeSide, {
  name: 'TradeSide',
  description: 'Which way the trader exchanged the token.',
  valuesMap: {
    BUY: { description: 'The trader got the token.' },
    SELL: { description: 'The trader gave the token.' },
  },
});
registerEnumType(TradeSource, {
  name: 'TradeSource',
  description: 'How a trade came to our attention first; it decides nothing.',
  valuesMap: {
    POLLING: { description: 'By asking a Solana RPC endpoint.' },
    WEBHOOK: { description: 'By a push of Helius.' },
    WEBSOCKET: { description: 'By a subscription at a Solana RPC endpoint.' },
    BACKFILL: { description: 'By reading the past again.' },
  },
});
registerEnumType(ResetMode, {
  name: 'ResetMode',
  description: 'What a counting trade does to the deadline.',
  valuesMap: {
    RESET: { description: 'The full duration again, from the block time.' },
    EXTEND: { description: 'Adds extendByMs, up to maxRemainingMs from the block time.' },
  },
});
registerEnumType(TimerEventType, {
  name: 'TimerEventType',
  description: 'What happened to a timer.',
  valuesMap: {
    CREATED: { description: 'The timer was made.' },
    STARTED: { description: 'A round opened.' },
    RESET: { description: 'The deadline moved by a trade in RESET mode, or by an admin.' },
    EXTENDED: { description: 'The deadline moved by a trade in EXTEND mode.' },
    PAUSED: { description: 'An admin stopped the time.' },
    RESUMED: { description: 'An admin let the time go on.' },
    SETTLING: { description: 'The deadline passed; the chain is being read up to it.' },
    EXPIRED: { description: 'A round ended.' },
    CONFIGURED: { description: 'Duration, rules or token were changed.' },
    DELETED: { description: 'The timer was deleted.' },
    LATE_TRADE: { description: 'A trade was found too late to count; it changed nothing.' },
    RECOVERED: { description: 'The state was rebuilt after data was lost.' },
  },
});
