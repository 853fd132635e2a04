import { Inject } from '@nestjs/common';
import { Args, Field, Mutation, ObjectType, Query, Subscription } from '@nestjs/graphql';
import { ClockService } from '../admin/clock.service';
import { InstancesService } from '../admin/instances.service';
import { SystemStatusService } from '../admin/system-status.service';
import type { SystemStatus as Found } from '../admin/system-status.service';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { badInput } from '../platform/public-error';
import { SharedClock } from '../platform/redis/shared-clock';
import { Access, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { instancePicture, statusPicture } from './status.picture';
import { reasonProblems } from './timer.orders';
import { ClockStatus, Instance, SystemStatus } from './types/status.type';

const why = {
  type: () => String,
  nullable: true,
  description: 'Why; kept in the audit log. 1 to 500 characters.',
};

/** What `confirmClock` answers. */
@ObjectType({ description: 'Answer of confirmClock.' })
export class ConfirmClockPayload {
  @Field(() => ClockStatus, { description: 'The clock on the instance that answers.' })
  readonly clock: ClockStatus;
}

/** How the deployment is, for operators. */
@AdminResolverClass()
export class StatusResolver {
  constructor(
    private readonly status: SystemStatusService,
    private readonly deployed: InstancesService,
    private readonly clocks: ClockService,
    private readonly clock: SharedClock,
    @Inject(ENV) private readonly env: Pick<Env, 'instanceId'>,
  ) {}

  @Access('read')
  @Query(() => SystemStatus, {
    description:
      'How the whole deployment is, from what is known; it never costs a call to the chain. Answers also while Redis or Postgres is away. Scope READ.',
  })
  async systemStatus(): Promise<SystemStatus> {
    return statusPicture(await this.status.now());
  }

  @Access('read')
  @Query(() => [Instance], { description: 'All instances, by id. Scope READ.' })
  async instances(): Promise<Instance[]> {
    const asked = { atMs: this.clock.now(), instanceId: this.env.instanceId };
    return (await this.deployed.all()).map((report) => instancePicture(report, asked));
  }

  @Access('read')
  @Subscription(() => SystemStatus, {
    description:
      'The status at once, then within two seconds of a change, and every ten seconds for its figures. Scope READ.',
    resolve: (found: Found) => statusPicture(found),
  })
  systemStatusChanged(): AsyncIterableIterator<Found> {
    return this.status.changes();
  }

  @Access('operate')
  @ActsOn('clock')
  @Mutation(() => ConfirmClockPayload, {
    description:
      'Says that the shared clock is right after a step, for all instances. Without effect where it is not suspect. Scope OPERATE.',
  })
  async confirmClock(@Args('reason', why) reason: string | null): Promise<ConfirmClockPayload> {
    const problems = reasonProblems(reason);
    if (problems.length > 0) throw badInput(problems);
    await this.clocks.confirm();
    return { clock: statusPicture(await this.status.now()).clock };
  }
}
