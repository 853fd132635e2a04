import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Counter } from 'prom-client';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { signals } from './domain/signals';
import { MetricsService } from './metrics.service';

/** One pushed value. */
export interface PushedMetric {
  readonly metric:
    | 'timer.reset'
    | 'client.connection'
    | 'trade.detection'
    | 'trade.latency'
    | 'error.rate'
    | 'timer.disagreement';
  readonly value: number;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** How metrics are pushed; tests cannot wait. */
export const PUSH_PACE = { everyMs: 10_000, timeoutMs: 5_000, batch: 500, kept: 10_000 };

/**
 * Pushes to METRICS_ENDPOINT, in batches: resets and trades as they happen, levels with each batch. What an endpoint
 * does not take is kept and sent again, up to a bound, the oldest dropped first; a batch whose answer was lost comes
 * twice.
 */
@Injectable()
export class MetricsPushService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('metrics');
  private readonly dropped: Counter;
  private readonly stops: (() => void)[] = [];
  private readonly levels = new Map<PushedMetric['metric'], () => Level[] | Promise<Level[]>>();
  private waiting: PushedMetric[] = [];
  private timer: NodeJS.Timeout | undefined;
  private pushing: Promise<void> = Promise.resolve();
  private isFailing = false;
  private readonly answers = { all: 0, failed: 0 };

  constructor(
    @Inject(ENV) private readonly env: Pick<Env, 'instanceId' | 'metricsEndpoint' | 'monitoringEnabled'>,
    @Inject(MetricsService) { registry }: MetricsService,
  ) {
    this.dropped = new Counter({
      name: 'metrics_push_dropped_total',
      help: 'Values that were not pushed since the endpoint took none for too long.',
      registers: [registry],
    });
  }

  onApplicationBootstrap(): void {
    if (!this.isOn) return;
    this.stops.push(
      signals.committed.listen(({ timerId, resets, trades }) => {
        for (const { source, side } of resets) {
          this.note('timer.reset', 1, { timer: timerId, source: source ?? 'admin', side: side ?? 'admin' });
        }
        for (const { source, foundAfterSec } of trades) {
          this.note('trade.detection', 1, { timer: timerId, source });
          this.note('trade.latency', foundAfterSec, { timer: timerId, source, unit: 'seconds' });
        }
      }),
      signals.answered.listen(({ isOwnFault }) => {
        this.answers.all += 1;
        if (isOwnFault) this.answers.failed += 1;
      }),
    );
    this.timer = setInterval(() => void this.push(), PUSH_PACE.everyMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const stop of this.stops.splice(0)) stop();
    if (this.isOn) await this.push();
  }

  /** Asks for a level before each push; a room that knows one gives it. */
  addLevel(metric: PushedMetric['metric'], read: () => Level[] | Promise<Level[]>): void {
    this.levels.set(metric, read);
  }

  /** Sends what waits, now. Never throws. */
  async push(): Promise<void> {
    this.pushing = this.pushing.then(() => this.pushAll());
    await this.pushing;
  }

  private get isOn(): boolean {
    return this.env.monitoringEnabled && this.env.metricsEndpoint !== null;
  }

  private note(metric: PushedMetric['metric'], value: number, labels: PushedMetric['labels']): void {
    const { instanceId } = this.env;
    this.waiting.push({
      metric,
      value,
      timestamp: new Date().toISOString(),
      labels: { instance: instanceId, ...labels },
    });
    const tooMany = this.waiting.length - PUSH_PACE.kept;
    if (tooMany <= 0) return;
    this.waiting.splice(0, tooMany);
    this.dropped.inc(tooMany);
  }

  private async pushAll(): Promise<void> {
    await this.noteLevels();
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, PUSH_PACE.batch);
      const problem = await this.send(batch);
      if (problem !== null) {
        if (!this.isFailing)
          this.log.warn({ message: 'metrics not pushed', code: 'METRICS_PUSH_FAILED', problem });
        this.isFailing = true;
        return;
      }
      if (this.isFailing) this.log.log({ message: 'metrics pushed again', values: this.waiting.length });
      this.isFailing = false;
      const sent = new Set(batch);
      this.waiting = this.waiting.filter((value) => !sent.has(value));
    }
  }

  private async noteLevels(): Promise<void> {
    const { all, failed } = this.answers;
    this.answers.all = 0;
    this.answers.failed = 0;
    this.note('error.rate', all === 0 ? 0 : failed / all, { unit: 'ratio' });
    for (const [metric, read] of this.levels) {
      const levels = await Promise.resolve()
        .then(read)
        .catch(() => []);
      for (const { value, labels } of levels) this.note(metric, value, labels);
    }
  }

  private async send(batch: readonly PushedMetric[]): Promise<string | null> {
    try {
      const response = await fetch(this.env.metricsEndpoint?.reveal() ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(batch),
        redirect: 'error',
        signal: AbortSignal.timeout(PUSH_PACE.timeoutMs),
      });
      await response.body?.cancel();
      return response.ok ? null : `HTTP ${response.status}`;
    } catch (err) {
      return err instanceof Error ? err.name : 'unknown';
    }
  }
}

/** One value of a level, as it is now. */
export interface Level {
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}
