import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { AlertService } from '../../alerts/alert.service';
import { ENV } from '../../config/config.module';
import type { Env } from '../../config/env';
import { MetricsService } from '../../metrics/metrics.service';
import { MetricsPushService } from '../../metrics/metrics-push.service';
import type { Level } from '../../metrics/metrics-push.service';
import { ErrorProbe } from './error.probe';
import { WatchedRooms } from './watched-rooms';

/** Gives the alerts their probes, and what admins have decided about them; pushes and shows what probes compare. */
@Injectable()
export class AlertLink implements OnModuleDestroy {
  private readonly errors: ErrorProbe;
  private readonly stops: (() => void)[];

  constructor(
    alerts: AlertService,
    rooms: WatchedRooms,
    metrics: MetricsService,
    push: MetricsPushService,
    @Inject(ENV) { instanceId }: Pick<Env, 'instanceId'>,
  ) {
    this.errors = new ErrorProbe(instanceId);
    this.stops = [...rooms.probes, this.errors].map((probe) => alerts.watch(probe));
    alerts.follow(rooms.policy);
    push.addLevel('client.connection', () => connections(metrics));
    push.addLevel('timer.disagreement', () =>
      [...rooms.timerProbe.differences].map(([timer, value]) => ({
        value,
        labels: { timer, unit: 'seconds' },
      })),
    );
    new Gauge({
      name: 'timer_deadline_disagreement_seconds',
      help: 'Largest difference between the deadlines that this instance and any other show, by timer.',
      labelNames: ['timer'],
      registers: [metrics.registry],
      collect() {
        this.reset();
        for (const [timer, value] of rooms.timerProbe.differences) this.set({ timer }, value);
      },
    });
  }

  onModuleDestroy(): void {
    this.errors.stop();
    for (const stop of this.stops) stop();
  }
}

/** Open connections by kind, from the metrics that count them; none where an instance serves no clients. */
async function connections({ registry }: MetricsService): Promise<Level[]> {
  const kinds = { socket: 'ws_connections', sse: 'sse_connections' };
  const levels = Object.entries(kinds).map(async ([kind, name]) => {
    const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
    return values.map(({ value }) => ({ value, labels: { kind } }));
  });
  return (await Promise.all(levels)).flat();
}
