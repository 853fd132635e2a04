import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { IntervalHistogram } from 'node:perf_hooks';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { MetricsService } from '../metrics/metrics.service';
import { RedisService } from '../platform/redis/redis.service';
import { SharedClock } from '../platform/redis/shared-clock';
import { SolanaService } from '../solana/solana.service';
import { adminKeys } from './admin.keys';
import { SHOWN_FOR_MS } from './domain/status';
import type { InstanceReport } from './domain/status';
import { readReport } from './status/read-report';
import { VERSION } from './status/version';

const TELL_EVERY_MS = 2_000;
const NS_PER_MS = 1_000_000;

/** Tells the other instances of this one every two seconds, and knows what they told. */
@Injectable()
export class InstancesService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly startedAtMs: number;
  private readonly key: string;
  private readonly delays: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });
  private readonly log = new Logger('admin');
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly redis: RedisService,
    private readonly clock: SharedClock,
    private readonly solana: SolanaService,
    private readonly metrics: MetricsService,
    @Inject(ENV) private readonly env: Pick<Env, 'instanceId' | 'roles'>,
  ) {
    this.key = adminKeys(redis.keyPrefix).instances;
    this.startedAtMs = Math.round(Date.now() - performance.now());
  }

  onApplicationBootstrap(): void {
    this.delays.enable();
    this.timer = setInterval(() => void this.tellQuietly(), TELL_EVERY_MS);
    this.timer.unref();
    void this.tellQuietly();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.delays.disable();
    if (this.redis.isReady)
      await this.redis.commands.hdel(this.key, this.env.instanceId).catch(() => undefined);
  }

  /** What this instance would tell now. */
  async own(): Promise<InstanceReport> {
    const { isLeader } = await this.solana.status();
    return {
      id: this.env.instanceId,
      roles: this.env.roles,
      version: VERSION,
      nodeVersion: process.versions.node,
      startedAtMs: this.startedAtMs,
      atMs: this.clock.now(),
      isLeader,
      isClockSuspect: this.clock.isSuspect,
      sockets: await this.sockets(),
      memoryBytes: process.memoryUsage.rss(),
      eventLoopDelayMs: this.delays.count === 0 ? 0 : Math.round(this.delays.max / NS_PER_MS),
    };
  }

  /** All instances by id, lost ones of the last ten minutes too; this one alone while Redis is away. Does not throw. */
  async all(): Promise<readonly InstanceReport[]> {
    const own = await this.own();
    const others = this.redis.isReady ? await this.others().catch(() => []) : [];
    return [own, ...others].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** The room that has the sockets counts them in a metric. */
  private async sockets(): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric('ws_connections')?.get();
    return metric?.values[0]?.value ?? 0;
  }

  private async others(): Promise<InstanceReport[]> {
    const nowMs = this.clock.now();
    const told = Object.entries(await this.redis.commands.hgetall(this.key));
    const reports = told.map(([id, text]) => ({ id, report: readReport(text) }));
    const gone = reports.filter(({ report }) => report === null || nowMs - report.atMs > SHOWN_FOR_MS);
    if (gone.length > 0) await this.redis.commands.hdel(this.key, ...gone.map(({ id }) => id));
    return reports
      .filter((each) => !gone.includes(each) && each.id !== this.env.instanceId)
      .flatMap(({ report }) => (report === null ? [] : [report]));
  }

  private async tellQuietly(): Promise<void> {
    if (!this.redis.isReady) return;
    try {
      const report = await this.own();
      this.delays.reset();
      if (this.isStopped) return;
      await this.redis.commands.hset(this.key, report.id, JSON.stringify(report));
    } catch (err) {
      this.log.debug({ message: 'instance not told', err });
    }
  }
}
