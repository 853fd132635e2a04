import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { ENV } from '../../config/config.module';
import type { Env } from '../../config/env';
import { MetricsService } from '../../metrics/metrics.service';
import { RedisService } from '../../platform/redis/redis.service';
import { SharedClock } from '../../platform/redis/shared-clock';

const TELL_EVERY_MS = 5_000;
/** An instance that has told nothing for this long is gone. */
const GONE_AFTER_MS = 16_000;

/**
 * How many subscribers each timer has over all instances. Each instance tells its own counts every 5 s; a count is
 * known to others within that time, and the last known one stays while Redis is away.
 */
@Injectable()
export class ViewersService implements OnModuleInit, OnModuleDestroy {
  private readonly own = new Map<string, number>();
  private others: ReadonlyMap<string, number> = new Map();
  private timer: NodeJS.Timeout | undefined;
  private readonly key: string;
  private readonly log = new Logger('timer');

  constructor(
    private readonly redis: RedisService,
    private readonly clock: SharedClock,
    private readonly metrics: MetricsService,
    @Inject(ENV) private readonly env: Env,
  ) {
    this.key = `${redis.keyPrefix}:viewers`;
  }

  onModuleInit(): void {
    const { own } = this;
    new Gauge({
      name: 'timer_viewers',
      help: 'Subscribers of a timer on this instance.',
      labelNames: ['timer'],
      registers: [this.metrics.registry],
      collect() {
        this.reset();
        for (const [timer, count] of own) this.set({ timer }, count);
      },
    });
    this.timer = setInterval(() => void this.tellQuietly(), TELL_EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.own.clear();
    if (this.redis.isReady) await this.redis.commands.hdel(this.key, this.env.instanceId).catch(() => 0);
  }

  /** A group of subscribers of timer `id`; call the result with their number whenever it changes. */
  audience(id: string): (subscribers: number) => void {
    let counted = 0;
    return (subscribers) => {
      this.add(id, subscribers - counted);
      counted = subscribers;
    };
  }

  /** Subscribers of timer `id` over all instances, as far as known. */
  count(id: string): number {
    return (this.own.get(id) ?? 0) + (this.others.get(id) ?? 0);
  }

  /** Tells Redis our counts and learns those of the others. @throws when Redis is away */
  async tell(): Promise<void> {
    const nowMs = this.clock.now();
    const report = JSON.stringify({ atMs: nowMs, counts: Object.fromEntries(this.own) });
    await this.redis.commands.hset(this.key, this.env.instanceId, report);
    await this.redis.commands.pexpire(this.key, 10 * GONE_AFTER_MS);
    const reports = await this.redis.commands.hgetall(this.key);
    const others = new Map<string, number>();
    for (const [instance, text] of Object.entries(reports)) {
      if (instance === this.env.instanceId) continue;
      const { atMs, counts } = readReport(text);
      if (Math.abs(nowMs - atMs) > GONE_AFTER_MS) await this.redis.commands.hdel(this.key, instance);
      else for (const [id, count] of counts) others.set(id, (others.get(id) ?? 0) + count);
    }
    this.others = others;
  }

  private add(id: string, difference: number): void {
    const count = (this.own.get(id) ?? 0) + difference;
    if (count > 0) this.own.set(id, count);
    else this.own.delete(id);
  }

  private async tellQuietly(): Promise<void> {
    if (!this.redis.isReady) return;
    await this.tell().catch((err: unknown) => {
      this.log.debug({ message: 'viewers not told', err });
    });
  }
}

/** Reads what an instance told; a malformed report counts as long gone. */
function readReport(text: string): { atMs: number; counts: [string, number][] } {
  try {
    const report: unknown = JSON.parse(text);
    if (typeof report !== 'object' || report === null) return { atMs: 0, counts: [] };
    const atMs = 'atMs' in report && typeof report.atMs === 'number' ? report.atMs : 0;
    const counts =
      'counts' in report && typeof report.counts === 'object' ? Object.entries(report.counts ?? {}) : [];
    return { atMs, counts: counts.filter((entry): entry is [string, number] => Number.isInteger(entry[1])) };
  } catch {
    return { atMs: 0, counts: [] };
  }
}
