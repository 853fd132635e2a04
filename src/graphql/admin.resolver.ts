import { Inject } from '@nestjs/common';
import { Args, ID, Mutation } from '@nestjs/graphql';
import type { Actor } from '../admin/auth.service';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { badInput, PublicError } from '../platform/public-error';
import type { TimerPicture } from '../timer/domain/picture';
import { LiveTimersService } from '../timer/live-timers.service';
import { isRefusal, TimerService } from '../timer/timer.service';
import type { Refusal, TimerSnapshot } from '../timer/timer.service';
import { Access, Acting, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { checkInput } from './input';
import { argumentProblems, changeOf, durationProblems, newTimerOf } from './timer.orders';
import {
  CreateTimerPayload,
  DeleteTimerPayload,
  PauseTimerPayload,
  ResetTimerPayload,
  ResumeTimerPayload,
  UpdateTimerPayload,
} from './types/payload.type';
import { CreateTimerInput, UpdateTimerInput } from './types/timer.input';

/** The changed timer, as every mutation here answers. */
interface TimerPayload {
  readonly timer: TimerPicture;
}

const id = { type: () => ID, defaultValue: 'global', description: 'Which timer.' };
const why = {
  type: () => String,
  nullable: true,
  description: 'Why; kept in the history. 1 to 500 characters.',
};
const forced = {
  type: () => Boolean,
  defaultValue: false,
  description: 'Ends a settling round void, without a winner, instead of refusing.',
};
const input = { description: 'What is asked for.' };

/** What administrators do to timers. */
@AdminResolverClass()
export class AdminResolver {
  constructor(
    private readonly timers: TimerService,
    private readonly live: LiveTimersService,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Access('admin')
  @ActsOn('timer', 'input.id')
  @Mutation(() => CreateTimerPayload, { description: 'Makes a timer. Scope ADMIN.' })
  async createTimer(
    @Acting() actor: Actor,
    @Args('input', input) raw: CreateTimerInput,
  ): Promise<TimerPayload> {
    const checked = await checkInput(CreateTimerInput, raw, 'input', ({ durationMs }) =>
      durationProblems(durationMs, this.env),
    );
    const order = { actor: actor.name, reason: checked.reason ?? null };
    return this.answer(await this.timers.create(newTimerOf(checked, this.env), order));
  }

  @Access('admin')
  @ActsOn('timer', 'input.id')
  @Mutation(() => UpdateTimerPayload, { description: 'Changes duration, rules or token. Scope ADMIN.' })
  async updateTimer(
    @Acting() actor: Actor,
    @Args('input', input) raw: UpdateTimerInput,
  ): Promise<TimerPayload> {
    const checked = await checkInput(UpdateTimerInput, raw, 'input', ({ durationMs }) =>
      durationProblems(durationMs, this.env),
    );
    const before = await this.timers.current(checked.id);
    if (before === null) throw new PublicError('NOT_FOUND', `there is no timer "${checked.id}"`);
    const order = { actor: actor.name, reason: checked.reason ?? null, force: checked.force ?? false };
    const change = changeOf(checked, before.view.rules);
    if (Object.keys(change).length === 0) {
      throw badInput([{ path: 'input', message: 'must change durationMs, rules or tokenAddress' }]);
    }
    const expected = { epoch: checked.expectedEpoch ?? null, revision: checked.expectedRevision ?? null };
    return this.answer(await this.timers.configure(checked.id, change, order, expected));
  }

  @Access('operate')
  @ActsOn('timer', 'id')
  @Mutation(() => ResetTimerPayload, {
    description: 'The full duration again; opens a round where none is open. Scope OPERATE.',
  })
  async resetTimer(
    @Acting() actor: Actor,
    @Args('id', id) timerId: string,
    @Args('reason', why) reason: string | null,
    @Args('force', forced) force: boolean,
  ): Promise<TimerPayload> {
    const order = { ...this.order(actor, timerId, reason), force };
    return this.answer(await this.timers.reset(timerId, order));
  }

  @Access('operate')
  @ActsOn('timer', 'id')
  @Mutation(() => PauseTimerPayload, { description: 'Stops the time of a running timer. Scope OPERATE.' })
  async pauseTimer(
    @Acting() actor: Actor,
    @Args('id', id) timerId: string,
    @Args('reason', why) reason: string | null,
  ): Promise<TimerPayload> {
    return this.answer(await this.timers.pause(timerId, this.order(actor, timerId, reason)));
  }

  @Access('operate')
  @ActsOn('timer', 'id')
  @Mutation(() => ResumeTimerPayload, {
    description: 'Lets the time of a paused timer go on. Scope OPERATE.',
  })
  async resumeTimer(
    @Acting() actor: Actor,
    @Args('id', id) timerId: string,
    @Args('reason', why) reason: string | null,
  ): Promise<TimerPayload> {
    return this.answer(await this.timers.resume(timerId, this.order(actor, timerId, reason)));
  }

  @Access('admin')
  @ActsOn('timer', 'id')
  @Mutation(() => DeleteTimerPayload, {
    description:
      'Deletes a timer for ever: an open round ends without a winner, its history stays, its id is not given again. Scope ADMIN.',
  })
  async deleteTimer(
    @Acting() actor: Actor,
    @Args('id', { type: () => ID, description: 'Which timer.' }) timerId: string,
    @Args('reason', why) reason: string | null,
  ): Promise<TimerPayload> {
    const order = this.order(actor, timerId, reason);
    const before = await this.timers.current(timerId);
    const refusal = await this.timers.delete(timerId, order);
    if (refusal !== null) throw new PublicError(refusal.refusal, refusal.message);
    if (before === null) throw new PublicError('NOT_FOUND', `there is no timer "${timerId}"`);
    return { timer: this.live.pictureOf(before) };
  }

  private order(
    actor: Actor,
    timerId: string,
    reason: string | null,
  ): { actor: string; reason: string | null } {
    const problems = argumentProblems(timerId, reason ?? null);
    if (problems.length > 0) throw badInput(problems);
    return { actor: actor.name, reason: reason ?? null };
  }

  private answer(outcome: TimerSnapshot | Refusal): TimerPayload {
    if (isRefusal(outcome)) throw new PublicError(outcome.refusal, outcome.message);
    return { timer: this.live.pictureOf(outcome) };
  }
}
