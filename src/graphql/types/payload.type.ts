import { Field, ObjectType } from '@nestjs/graphql';
import { Timer } from './timer.type';

/** What `createTimer` answers. */
@ObjectType({ description: 'Answer of createTimer.' })
export class CreateTimerPayload {
  @Field(() => Timer, { description: 'The new timer.' })
  readonly timer: Timer;
}

/** What `updateTimer` answers. */
@ObjectType({ description: 'Answer of updateTimer.' })
export class UpdateTimerPayload {
  @Field(() => Timer, { description: 'The timer after the change.' })
  readonly timer: Timer;
}

/** What `resetTimer` answers. */
@ObjectType({ description: 'Answer of resetTimer.' })
export class ResetTimerPayload {
  @Field(() => Timer, { description: 'The timer after the reset.' })
  readonly timer: Timer;
}

/** What `pauseTimer` answers. */
@ObjectType({ description: 'Answer of pauseTimer.' })
export class PauseTimerPayload {
  @Field(() => Timer, { description: 'The timer after the pause.' })
  readonly timer: Timer;
}

/** What `resumeTimer` answers. */
@ObjectType({ description: 'Answer of resumeTimer.' })
export class ResumeTimerPayload {
  @Field(() => Timer, { description: 'The timer after the resumption.' })
  readonly timer: Timer;
}

/** What `deleteTimer` answers. */
@ObjectType({ description: 'Answer of deleteTimer.' })
export class DeleteTimerPayload {
  @Field(() => Timer, { description: 'The timer as it was before.' })
  readonly timer: Timer;
}
