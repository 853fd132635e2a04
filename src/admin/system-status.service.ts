import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { SharedClock } from '../platform/redis/shared-clock';
import { isAlive, wholeOf } from './domain/status';
import type { Health, InstanceReport, Part, ServerStatus } from './domain/status';
import { InstancesService } from './instances.service';
import { DeploymentView } from './status/deployment.view';
import type { ChainView, HistorianView, TimersView } from './status/deployment.view';
import { ServerProbes } from './status/server-probes';
import { VERSION } from './status/version';

const LOOK_EVERY_MS = 2_000;
/** A picture that is the same but for its figures is told again after so many looks. */
const TELL_EVERY_LOOKS = 5;

/** How the whole deployment is, as seen by this instance. */
export interface SystemStatus {
  readonly atMs: number;
  readonly health: Health;
  readonly problems: readonly string[];
  readonly version: string;
  readonly nodeEnv: string;
  /** The instance that answers. */
  readonly instanceId: string;
  readonly isReadingEnabled: boolean;
  readonly sources: { readonly webhook: boolean; readonly websocket: boolean };
  readonly settingsVersion: number;
  readonly timers: TimersView;
  readonly redis: ServerStatus;
  readonly postgres: ServerStatus;
  readonly clock: { readonly health: Health; readonly isSuspect: boolean; readonly hostAheadMs: number };
  readonly chain: ChainView;
  readonly historian: HistorianView;
  readonly instances: readonly InstanceReport[];
}

/** What operators look at. */
@Injectable()
export class SystemStatusService {
  constructor(
    private readonly probes: ServerProbes,
    private readonly rooms: DeploymentView,
    private readonly instances: InstancesService,
    private readonly clock: SharedClock,
    @Inject(ENV) private readonly env: Pick<Env, 'instanceId' | 'nodeEnv'>,
  ) {}

  /** The picture now. Does not throw, and takes about a second at most. */
  async now(): Promise<SystemStatus> {
    const [redis, postgres, chain, historian, timers, instances] = await Promise.all([
      this.probes.redis(),
      this.probes.postgres(),
      this.rooms.chain(),
      this.rooms.historian(),
      this.rooms.timers(),
      this.instances.all(),
    ]);
    const clock = this.clockStatus();
    const atMs = this.clock.now();
    const parts: Part[] = [
      { name: 'redis', ...redis },
      { name: 'postgres', ...postgres },
      { name: 'clock', health: clock.health, problem: 'made a step that nothing explains' },
      { name: 'chain', health: chain.health, problem: chain.note },
      { name: 'historian', ...historian },
      ...instances
        .filter((report) => !isAlive(report, atMs))
        .map(({ id }): Part => ({ name: `instance ${id}`, health: 'degraded', problem: 'is silent' })),
    ];
    const { version: settingsVersion, monitoring } = this.rooms.settings();
    return {
      ...{ atMs, version: VERSION, nodeEnv: this.env.nodeEnv, instanceId: this.env.instanceId },
      ...wholeOf(parts, timers.isKnown),
      ...{ settingsVersion, isReadingEnabled: monitoring.isReadingEnabled, sources: monitoring.sources },
      ...{ timers, redis, postgres, clock, chain, historian, instances },
    };
  }

  /** The picture at once, then when it changes, and every ten seconds for its figures; end the iterator to leave. */
  changes(): AsyncIterableIterator<SystemStatus> {
    const left = new AbortController();
    const news = this.follow(left.signal);
    // not the generator itself: `return` must end a pending `next` at once
    return {
      next: () => news.next(),
      return: async () => {
        left.abort();
        return await news.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  private async *follow(signal: AbortSignal): AsyncGenerator<SystemStatus, undefined, undefined> {
    let last = await this.now();
    let looks = 0;
    yield last;
    for (;;) {
      await delay(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return undefined;
      const present = await this.now();
      looks += 1;
      if (looks < TELL_EVERY_LOOKS && isDeepStrictEqual(signs(present), signs(last))) continue;
      last = present;
      looks = 0;
      yield present;
    }
  }

  private clockStatus(): SystemStatus['clock'] {
    const { isSuspect } = this.clock;
    const hostAheadMs = Math.round(Date.now() - this.clock.now());
    return { health: isSuspect ? 'degraded' : 'healthy', isSuspect, hostAheadMs };
  }
}

/** What of a picture is worth telling at once. */
function signs(status: SystemStatus): unknown {
  const { health, problems, settingsVersion, isReadingEnabled, sources, chain, instances } = status;
  return {
    ...{ health, problems, settingsVersion, isReadingEnabled, sources },
    ...{ reader: chain.reader, pushes: chain.pushes.map(({ source, level }) => [source, level]) },
    instances: instances.map(({ id, startedAtMs, isLeader }) => [id, startedAtMs, isLeader]),
  };
}
