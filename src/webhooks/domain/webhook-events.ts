import { roundPicture, tradePicture } from '../../timer/domain/picture';
import type { TimerEvent } from '../../timer/domain/timer.events';
import type { FoldedTrade } from '../../timer/domain/trade';
import { tradeKey } from '../../timer/domain/trade';
import type { WebhookEvent } from './webhook';

/** The part of a change record that is told. */
export interface ToldChange {
  readonly timerId: string;
  readonly atMs: number;
  readonly events: readonly TimerEvent[];
  readonly trades: readonly FoldedTrade[];
  readonly retracted: readonly string[];
}

/** A round that has ended. */
type EndedRound = Parameters<typeof roundPicture>[0];

/**
 * Resets and trades of a change. A trade comes in every change that alters what it did; its id is the same each time,
 * and it is told once.
 */
export function eventsOf(change: ToldChange): WebhookEvent[] {
  const { timerId, atMs } = change;
  const resets = change.events
    .filter(({ type }) => type === 'RESET' || type === 'EXTENDED')
    .map((event) => resetOf(event));
  const retracted = new Set(change.retracted);
  const trades = change.trades
    .filter((trade) => !retracted.has(tradeKey(trade)))
    .map((trade) => ({
      id: `trade.detected:${timerId}:${tradeKey(trade)}`,
      type: 'trade.detected' as const,
      timerId,
      atMs,
      data: { trade: tradePicture(timerId, trade) },
    }));
  return [...resets, ...trades];
}

/** Whether a round may have ended by this change. */
export function mayEndRounds({ events }: Pick<ToldChange, 'events'>): boolean {
  return events.some(({ type }) => ['EXPIRED', 'STARTED', 'RESET', 'CONFIGURED', 'DELETED'].includes(type));
}

/** The end of a round. */
export function endOf(round: EndedRound): WebhookEvent {
  return {
    id: `round.ended:${round.timerId}:${round.round}`,
    type: 'round.ended',
    timerId: round.timerId,
    atMs: round.endedAtMs ?? 0,
    data: { round: roundPicture(round) },
  };
}

function resetOf(event: TimerEvent): WebhookEvent {
  const { timerId, epoch, revision, number, type, atMs, round, deadlineMs, actor, reason, trade } = event;
  return {
    id: `timer.reset:${timerId}:${epoch}:${revision}:${number}`,
    type: 'timer.reset',
    timerId,
    atMs,
    data: {
      ...{ timerId, kind: type, round, epoch, revision, deadline: deadlineMs, actor, reason },
      trade: trade === null ? null : tradePicture(timerId, trade),
    },
  };
}
