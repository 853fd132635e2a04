import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { HistoryService } from '../history/history.service';
import { SolanaService } from '../solana/solana.service';
import { TimerService } from '../timer/timer.service';
import { pictureOf } from './picture';
import type { Chain, HealthPicture, ServiceHealth } from './picture';
import { ServerChecks } from './server-checks';

const ASK_STATE_WITHIN_MS = 500;

/** What probes and people are told about this instance. Every check has its own time-out, and none of them throws. */
@Injectable()
export class HealthService implements OnApplicationBootstrap {
  private isBooted = false;
  private hasStarted = false;

  constructor(
    private readonly servers: ServerChecks,
    private readonly timers: TimerService,
    private readonly history: HistoryService,
    private readonly solana: SolanaService,
    @Inject(ENV) private readonly env: Pick<Env, 'nodeEnv' | 'instanceId' | 'roles'>,
  ) {}

  onApplicationBootstrap(): void {
    this.isBooted = true;
  }

  /** Why this instance cannot serve; null where it can. A lost server is no reason while a state is known. */
  async unreadiness(): Promise<string | null> {
    if (!this.isBooted) return 'booting';
    return (await this.knowsState()) ? null : 'no state is known';
  }

  /** Why the start is not over; null once it is, for ever. Migrations run before anything listens. */
  async unstarted(): Promise<string | null> {
    this.hasStarted ||= this.isBooted && (await this.knowsState());
    return this.hasStarted ? null : this.isBooted ? 'no state is known yet' : 'booting';
  }

  /** The whole picture. */
  async picture(): Promise<HealthPicture> {
    const [timer, redis, postgres, chain, history] = await Promise.all([
      this.timer(),
      this.servers.redis(),
      this.servers.postgres(),
      this.chain(),
      this.historian(),
    ]);
    return pictureOf({
      timestamp: this.servers.now(),
      services: { timer, redis, postgres, solana: chain.health, history },
      environment: { nodeEnv: this.env.nodeEnv },
      instanceId: this.env.instanceId,
      roles: this.env.roles,
      chain: chain.told,
    });
  }

  private async timer(): Promise<ServiceHealth> {
    if (!(await this.knowsState())) return { status: 'unhealthy', problem: 'no state is known' };
    const problem = this.servers.timerProblem();
    return problem === null ? { status: 'healthy' } : { status: 'degraded', problem };
  }

  private async chain(): Promise<{ health: ServiceHealth; told: Chain }> {
    let told: Chain = { kind: 'unknown', note: null };
    const checked = await this.servers.check('solana', async () => {
      const { kind, note, status, ...rest } = await this.solana.status();
      told = { kind, note };
      return { ...rest, found: status, ...(status === 'ok' || note === null ? {} : { problem: note }) };
    });
    const { found, ...rest } = checked;
    if (checked.status !== 'healthy') return { health: checked, told };
    const status = found === 'ok' ? 'healthy' : found === 'degraded' ? 'degraded' : 'unhealthy';
    return { health: { ...rest, status }, told };
  }

  private async historian(): Promise<ServiceHealth> {
    const checked = await this.servers.check('history', async () => ({ ...(await this.history.status()) }));
    if (checked.status !== 'healthy') return checked;
    const { isHealthy, setAside, mismatches } = checked;
    if (isHealthy === false) return { ...checked, status: 'degraded', problem: 'events wait to be written' };
    if (Number(setAside) > 0) return { ...checked, status: 'degraded', problem: 'events were set aside' };
    if (Number(mismatches) === 0) return checked;
    return { ...checked, status: 'degraded', problem: 'an event came twice with other content' };
  }

  private async knowsState(): Promise<boolean> {
    if (this.timers.hasState) return true;
    await this.servers.check(
      'state',
      async () => ({ timers: (await this.timers.list()).length }),
      ASK_STATE_WITHIN_MS,
    );
    return this.timers.hasState;
  }
}
