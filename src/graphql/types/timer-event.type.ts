import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { tradePicture } from '../../timer/domain/picture';
import type { TradePicture } from '../../timer/domain/picture';
import type { TimerEvent as DomainEvent, TimerEventType as EventType } from '../../timer/domain/timer.events';
import { EpochMs } from '../scalars';
import { TimerEventType } from './enums';
import { Trade } from './trade.type';

/** An event in its GraphQL form. */
export interface TimerEventPicture {
  readonly id: string;
  readonly timerId: string;
  readonly type: EventType;
  readonly at: number;
  readonly round: number;
  readonly epoch: number;
  readonly revision: number;
  readonly deadline: number | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly trade: TradePicture | null;
}

/** GraphQL's `TimerEvent`. */
@ObjectType({ description: 'An immutable fact about a timer.' })
export class TimerEvent implements TimerEventPicture {
  @Field(() => ID, { description: '"<timer>:<epoch>:<revision>:<number in the commit>".' })
  readonly id: string;

  @Field(() => ID, { description: 'The timer it happened to.' })
  readonly timerId: string;

  @Field(() => TimerEventType, { description: 'What happened.' })
  readonly type: EventType;

  @Field(() => EpochMs, { description: 'Shared time of the commit.' })
  readonly at: number;

  @Field(() => Int, { description: 'Round after the event.' })
  readonly round: number;

  @Field(() => Int, { description: 'Epoch of the state after the event.' })
  readonly epoch: number;

  @Field(() => Int, { description: 'Revision of the state after the event.' })
  readonly revision: number;

  @Field(() => EpochMs, { nullable: true, description: 'Deadline after the event; null while paused.' })
  readonly deadline: number | null;

  @Field(() => String, { description: '"chain" for what trades and settling did, else the admin.' })
  readonly actor: string;

  @Field(() => String, {
    nullable: true,
    description: 'What the admin gave as reason; null where none was given.',
  })
  readonly reason: string | null;

  @Field(() => Trade, { nullable: true, description: 'The trade that did it; null where none did.' })
  readonly trade: Trade | null;
}

/** The public form of an event. */
export function timerEventOf(event: DomainEvent): TimerEventPicture {
  const { timerId, type, atMs, round, epoch, revision, number, deadlineMs, actor, reason, trade } = event;
  return {
    id: `${timerId}:${epoch}:${revision}:${number}`,
    timerId,
    type,
    at: atMs,
    round,
    epoch,
    revision,
    deadline: deadlineMs,
    actor,
    reason,
    trade: trade === null ? null : tradePicture(timerId, trade),
  };
}
