import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { ALERT_RULE_NAMES, ALERT_RULES } from '../config/alert-rules';
import type { Env } from '../config/env';
import type { DeliveryPace } from '../platform/outbound/delivery.queue';
import type { PostgresService } from '../platform/postgres/postgres.service';
import type { RedisService } from '../platform/redis/redis.service';
import type { SharedClock } from '../platform/redis/shared-clock';
import type { AlertPace } from './alert.pace';
import { AlertStore } from './alert.store';
import { AlertWatch } from './alert.watch';
import { channelsOf } from './channels';
import type { AlertChannel, ChannelEnv } from './channels';
import { ClaimStore } from './claim.store';
import { ClaimTidy } from './claim.tidy';
import type { Alert, Notice } from './domain/alert';
import type { AlertPolicy, OwnDefaults } from './domain/policy';
import { quietUntilMs } from './domain/quiet-hours';
import type { QuietTimes } from './domain/quiet-hours';
import { EventCounts } from './event.counts';
import { LocalAlerts } from './local-alerts';
import { ServerProbe } from './server.probe';
import { NoticeQueue } from './notice.queue';
import { AlertSender } from './sender';

/** Injection token of {@link AlertParts}. */
export const ALERT_PARTS = Symbol('ALERT_PARTS');

/** What the service gives to its parts. */
export interface AlertLink {
  readonly policy: () => AlertPolicy;
  readonly onChange: (alert: Alert) => void;
}

/** The alert room's parts, put together. */
export interface AlertParts {
  readonly redis: RedisService;
  readonly store: AlertStore;
  readonly local: LocalAlerts;
  readonly counts: EventCounts;
  readonly tidy: ClaimTidy;
  readonly watch: AlertWatch;
  readonly queue: NoticeQueue;
  readonly channels: readonly AlertChannel[];
  readonly pace: AlertPace;
  readonly defaults: OwnDefaults;
  readonly instanceId: string;
  readonly isDelivering: boolean;
  readonly stopped: AbortController;
  readonly nowMs: () => number;
  link(link: AlertLink): void;
  /** Empties the outbox. @throws while Redis is away */
  takeOutbox(quiet: QuietTimes | null): Promise<void>;
}

/** What the parts are made of. */
export interface AlertNeeds {
  readonly env: ChannelEnv & Pick<Env, 'instanceId' | 'monitoringEnabled' | 'timerSettleTimeoutMs'>;
  readonly redis: RedisService;
  readonly postgres: PostgresService;
  readonly clock: SharedClock;
  readonly registry: Registry;
  readonly pace: AlertPace;
}

/** About 90 minutes of tries, then it is given up. */
const TRIES = { tries: 18, longestPauseMs: 600_000, concurrency: 4 };

/** Puts the parts together. */
export function alertPartsOf({ env, redis, postgres, clock, registry, pace }: AlertNeeds): AlertParts {
  const { instanceId, monitoringEnabled } = env;
  const nowMs = (): number => clock.now();
  const delivery: DeliveryPace = { ...TRIES, firstPauseMs: pace.firstPauseMs };
  const channels = monitoringEnabled ? channelsOf(env) : [];
  const tried = deliveryCounter(registry);
  const sender = new AlertSender(channels, delivery, (channel, isTaken) =>
    tried.inc({ channel, outcome: isTaken ? 'delivered' : 'failed' }),
  );
  const stopped = new AbortController();
  const store = new AlertStore(redis.commands, redis.keyPrefix, instanceId);
  const counts = new EventCounts(redis, store.keys, pace.countedMs, nowMs);
  const claims = new ClaimStore(postgres);
  const tidy = new ClaimTidy(claims, pace);
  const local = new LocalAlerts(store, claims, sender, stopped.signal);
  const queue = new NoticeQueue({ redis, store, sender, pace: delivery, inOrderMs: pace.inOrderMs, nowMs });
  const defaults = { 'timer-settling': env.timerSettleTimeoutMs / 1000 };
  const servers = new ServerProbe(redis, postgres, clock, pace);
  const known = { store, local, counts, pace, defaults, instanceId, nowMs };
  let linked: AlertLink | null = null;
  const watch = new AlertWatch({
    ...known,
    isQuiet: !monitoringEnabled,
    policy: () => linkedOf(linked).policy(),
    isShared: () => servers.askRedis(),
    onChange: (alert) => linkedOf(linked).onChange(alert),
  });
  watch.add(servers);
  gaugeFiring(registry, store, local);
  return {
    ...known,
    ...{ redis, tidy, watch, queue, channels, stopped, isDelivering: monitoringEnabled },
    link: (link) => (linked = link),
    takeOutbox: (quiet) => queue.take((notice) => heldUntilMs(notice, quiet, Date.now())),
  };
}

/** Warnings wait for the end of quiet hours. */
function heldUntilMs({ kind, alert }: Notice, quiet: QuietTimes | null, nowMs: number): number | null {
  return kind === 'fired' && alert.severity === 'WARNING' ? quietUntilMs(quiet, nowMs) : null;
}

function linkedOf(link: AlertLink | null): AlertLink {
  if (link === null) throw new Error('the parts are not linked');
  return link;
}

function deliveryCounter(registry: Registry): Counter<'channel' | 'outcome'> {
  return new Counter({
    name: 'alert_deliveries_total',
    help: 'Tries to deliver an alert by this process, by channel and outcome.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
}

function gaugeFiring(registry: Registry, store: AlertStore, local: LocalAlerts): void {
  new Gauge({
    name: 'alerts_firing',
    help: 'Alerts that fire, in the whole deployment.',
    labelNames: ['rule', 'severity'],
    registers: [registry],
    async collect() {
      const shared = await store.firing().catch(() => new Map<string, Alert>());
      const firing = [...shared.values(), ...local.firing()];
      for (const rule of ALERT_RULE_NAMES) {
        const { severity } = ALERT_RULES[rule];
        this.set({ rule, severity }, firing.filter((alert) => alert.rule === rule).length);
      }
    },
  });
}
