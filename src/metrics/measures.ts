import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { signals } from './domain/signals';
import { routeOf } from './http.meter';
import { MetricsService } from './metrics.service';

/** Seconds; trades are found within one look, which may be minutes. */
const FOUND_BUCKETS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 900];
const FAST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Turns what rooms tell into metrics of this process. Names and units are those of docs/metrics.md. */
@Injectable()
export class Measures implements OnModuleDestroy {
  private readonly stops: (() => void)[] = [];

  constructor(
    @Inject(MetricsService) { registry }: MetricsService,
    @Inject(ENV) env: Pick<Env, 'dataDir' | 'instanceId' | 'roles' | 'nodeEnv'>,
  ) {
    this.measureCommits(registry);
    this.measureChain(registry);
    this.measureFaults(registry);
    this.measureRequests(registry);
    gaugeBuild(registry, env);
    gaugeDisk(registry, env.dataDir);
  }

  onModuleDestroy(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  private measureCommits(registry: Registry): void {
    const registers = [registry];
    const resets = new Counter({
      name: 'timer_resets_total',
      help: 'Moves of a deadline, by what moved it; source and side are "admin" where an administrator did.',
      labelNames: ['timer', 'source', 'side'],
      registers,
    });
    const found = latency(registry, 'trade_detection_latency_seconds', FOUND_BUCKETS);
    const applied = latency(registry, 'trade_apply_latency_seconds', FAST_BUCKETS);
    const heard = latency(registry, 'reset_fanout_seconds', FAST_BUCKETS);
    this.stops.push(
      signals.committed.listen(({ timerId, resets: moves, trades }) => {
        for (const { source, side } of moves) {
          resets.inc({ timer: timerId, source: source ?? 'admin', side: side ?? 'admin' });
        }
        for (const { foundAfterSec, appliedAfterSec } of trades) {
          found.observe(foundAfterSec);
          applied.observe(appliedAfterSec);
        }
      }),
      signals.heard.listen(({ afterSec }) => heard.observe(afterSec)),
    );
  }

  private measureChain(registry: Registry): void {
    const calls = counter(registry, 'rpc_requests_total', ['method', 'endpoint', 'code']);
    const judged = counter(registry, 'trade_judgements_total', ['outcome']);
    const sourced = counter(registry, 'source_events_total', ['source', 'outcome']);
    this.stops.push(
      signals.called.listen((labels) => calls.inc(labels)),
      signals.judged.listen(({ outcome }) => judged.inc({ outcome })),
      signals.sourced.listen(({ source, outcome }) => sourced.inc({ source, outcome })),
      signals.committed.listen(({ trades }) => {
        for (const { source } of trades) sourced.inc({ source, outcome: 'new' });
      }),
    );
  }

  private measureRequests(registry: Registry): void {
    const requests = counter(registry, 'http_requests_total', ['route', 'code']);
    this.stops.push(
      signals.served.listen(({ url, status }) => requests.inc({ route: routeOf(url), code: String(status) })),
    );
  }

  private measureFaults(registry: Registry): void {
    const surprises = counter(registry, 'exceptions_total', ['room']);
    const incidents = counter(registry, 'incidents_total', ['rule']);
    this.stops.push(
      signals.surprised.listen(({ room }) => surprises.inc({ room })),
      signals.incident.listen(({ rule }) => incidents.inc({ rule })),
    );
  }
}

const HELP: Readonly<Record<string, string>> = {
  http_requests_total: 'HTTP requests that this process answered, by route and status.',
  trade_detection_latency_seconds: 'From the block of a trade to its detection by this process.',
  trade_apply_latency_seconds: 'From the detection of a trade to its commit by this process.',
  reset_fanout_seconds: 'From the detection of a trade to its arrival at this instance, for its viewers.',
  rpc_requests_total: 'JSON-RPC requests of this process by HTTP status; "none" where no answer came.',
  trade_judgements_total: 'Transactions that this process judged, by what they are.',
  source_events_total: 'What sources brought to this process.',
  exceptions_total: 'Surprises that this process logged, by room.',
  incidents_total: 'Events of this process that alert rules count.',
};

function latency(registry: Registry, name: string, buckets: number[]): Histogram {
  return new Histogram({ name, help: HELP[name] ?? name, buckets, registers: [registry] });
}

function counter<Label extends string>(
  registry: Registry,
  name: string,
  labelNames: Label[],
): Counter<Label> {
  return new Counter({ name, help: HELP[name] ?? name, labelNames, registers: [registry] });
}

function gaugeBuild(registry: Registry, { roles, nodeEnv }: Pick<Env, 'roles' | 'nodeEnv'>): void {
  const build = new Gauge({
    name: 'build_info',
    help: 'Always 1; what runs here.',
    labelNames: ['node', 'environment'],
    registers: [registry],
  });
  build.set({ node: process.version, environment: nodeEnv }, 1);
  const role = new Gauge({
    name: 'instance_role',
    help: '1 for each role of this instance.',
    labelNames: ['role'],
    registers: [registry],
  });
  for (const name of roles) role.set({ role: name }, 1);
}

function gaugeDisk(registry: Registry, folder: string): void {
  new Gauge({
    name: 'disk_free_bytes',
    help: 'Free space of the file system of the data folder, or of the working directory where there is none.',
    registers: [registry],
    async collect() {
      const found = await statfs(resolve(folder)).catch(() => statfs('.'));
      this.set(found.bavail * found.bsize);
    },
  });
}
