import { Args, Field, ID, Mutation, ObjectType } from '@nestjs/graphql';
import type { Actor } from '../admin/auth.service';
import { badInput, PublicError } from '../platform/public-error';
import { MAX_POOLS } from '../timer/domain/watched';
import type { TimerPicture } from '../timer/domain/picture';
import type { WatchChange } from '../timer/domain/timer';
import { LiveTimersService } from '../timer/live-timers.service';
import { isRefusal, TimerService } from '../timer/timer.service';
import type { TimerSnapshot } from '../timer/timer.service';
import { Access, Acting, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { PublicKey } from './scalars';
import { argumentProblems } from './timer.orders';
import { Timer } from './types/timer.type';

const id = { type: () => ID, defaultValue: 'global', description: 'Which timer.' };
const address = { type: () => PublicKey, description: 'Pool or vault; the mint itself is always read.' };
const why = {
  type: () => String,
  nullable: true,
  description: 'Why; kept in the history. 1 to 500 characters.',
};

/** The changed timer. */
interface TimerPayload {
  readonly timer: TimerPicture;
}

/** What `addWatchedAddress` answers. */
@ObjectType({ description: 'Answer of addWatchedAddress.' })
export class AddWatchedAddressPayload {
  @Field(() => Timer, { description: 'The timer after the change.' })
  readonly timer: Timer;
}

/** What `removeWatchedAddress` answers. */
@ObjectType({ description: 'Answer of removeWatchedAddress.' })
export class RemoveWatchedAddressPayload {
  @Field(() => Timer, { description: 'The timer after the change.' })
  readonly timer: Timer;
}

/** Which addresses are read beside a timer's mint. */
@AdminResolverClass()
export class WatchingResolver {
  constructor(
    private readonly timers: TimerService,
    private readonly live: LiveTimersService,
  ) {}

  @Access('operate')
  @ActsOn('timer', 'timerId')
  @Mutation(() => AddWatchedAddressPayload, {
    description:
      'Reads an address beside the mint from now on, from the start of the open round; each costs a call with every look. What an admin adds stays until an admin removes it. Scope OPERATE.',
  })
  async addWatchedAddress(
    @Acting() actor: Actor,
    @Args('timerId', id) timerId: string,
    @Args('address', address) added: string,
    @Args('reason', why) reason: string | null,
  ): Promise<TimerPayload> {
    const { view } = await this.timerOf(timerId, reason);
    if (added === view.tokenAddress)
      throw badInput([{ path: 'address', message: 'is the mint, which is always read' }]);
    if (view.watchedAddresses.length > MAX_POOLS && !view.watchedAddresses.includes(added)) {
      throw badInput([
        { path: 'address', message: `at most ${MAX_POOLS} addresses are read beside the mint` },
      ]);
    }
    return await this.watch(timerId, { add: [added], remove: [] }, actor, reason);
  }

  @Access('operate')
  @ActsOn('timer', 'timerId')
  @Mutation(() => RemoveWatchedAddressPayload, {
    description:
      'Reads an address no more; trades of it that the mint does not list are missed. Scope OPERATE.',
  })
  async removeWatchedAddress(
    @Acting() actor: Actor,
    @Args('timerId', id) timerId: string,
    @Args('address', address) removed: string,
    @Args('reason', why) reason: string | null,
  ): Promise<TimerPayload> {
    const { view } = await this.timerOf(timerId, reason);
    if (removed === view.tokenAddress)
      throw badInput([{ path: 'address', message: 'is the mint, which is always read' }]);
    if (!view.watchedAddresses.includes(removed)) {
      throw new PublicError('NOT_FOUND', `timer "${timerId}" does not watch ${removed}`);
    }
    return await this.watch(timerId, { add: [], remove: [removed] }, actor, reason);
  }

  private async timerOf(timerId: string, reason: string | null): Promise<TimerSnapshot> {
    const problems = argumentProblems(timerId, reason ?? null).map((problem) =>
      problem.path === 'id' ? { ...problem, path: 'timerId' } : problem,
    );
    if (problems.length > 0) throw badInput(problems);
    const snapshot = await this.timers.current(timerId);
    if (snapshot === null) throw new PublicError('NOT_FOUND', `there is no timer "${timerId}"`);
    return snapshot;
  }

  private async watch(
    timerId: string,
    change: WatchChange,
    actor: Actor,
    reason: string | null,
  ): Promise<TimerPayload> {
    const outcome = await this.timers.watch(timerId, change, { actor: actor.name, reason: reason ?? null });
    if (isRefusal(outcome)) throw new PublicError(outcome.refusal, outcome.message);
    return { timer: this.live.pictureOf(outcome) };
  }
}
