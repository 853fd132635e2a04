import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { PubSub } from 'graphql-subscriptions';
import { ALERT_RULE_NAMES, ALERT_RULES } from '../config/alert-rules';
import type { AlertRule, AlertRuleName } from '../config/alert-rules';
import { signals } from '../metrics/domain/signals';
import { ALERT_PARTS } from './alert.parts';
import type { AlertParts } from './alert.parts';
import type { Alert, AlertContext, AlertProbe } from './domain/alert';
import { DEFAULT_POLICY, defaultThreshold } from './domain/policy';
import type { AlertPolicy } from './domain/policy';
import { testAlert } from './domain/test-alert';
import { readAlert } from './read-alert';

export type { Alert, AlertContext, AlertProbe, AlertReading, AlertReadings } from './domain/alert';
export type { AlertPolicy } from './domain/policy';

/** A rule as it is in force. */
export interface RuleInForce extends AlertRule {
  readonly name: AlertRuleName;
  readonly isEnabled: boolean;
  readonly thresholdInForce: number;
  readonly defaultThreshold: number;
}

/** Which alerts. */
export interface AlertQuery {
  readonly rule: AlertRuleName | null;
  /** Null: firing and past ones. */
  readonly isFiring: boolean | null;
  readonly limit: number;
}

const TOPIC = 'alerts';

/**
 * The front door of the alerts. Rooms to the right count events and add probes; every instance looks, all share one
 * state, and a durable queue tells people. Nothing here waits for a receiver.
 */
@Injectable()
export class AlertService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('alerts');
  private readonly news = new PubSub();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private subscription: Promise<number> | null = null;
  private isStopped = false;
  private stopListening: () => void = () => undefined;
  private policy: AlertPolicy = DEFAULT_POLICY;

  constructor(@Inject(ALERT_PARTS) private readonly parts: AlertParts) {
    parts.link({ policy: () => this.policy, onChange: (alert) => this.tell(alert) });
  }

  onApplicationBootstrap(): void {
    const { redis, store, queue, channels, pace, isDelivering } = this.parts;
    this.subscription = redis.pubSub.subscribe<unknown>(store.keys.channel, (payload) => this.hear(payload));
    this.subscription.catch(() => undefined);
    if (isDelivering && channels.length > 0) queue.start();
    this.stopListening = signals.incident.listen(({ rule, context }) => this.count(rule, context));
    this.schedule(pace.lookEveryMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.stopListening();
    clearTimeout(this.timer);
    this.parts.stopped.abort();
    await this.looking;
    await this.parts.tidy.idle();
    await this.parts.queue.stop();
  }

  /** Takes what admins have decided from here; the application calls it once. */
  follow(policy: AlertPolicy): void {
    this.policy = policy;
  }

  /** Asks a probe at every look; returns how to stop. */
  watch(probe: AlertProbe): () => void {
    return this.parts.watch.add(probe);
  }

  /** Counts an event of a rule that counts events; only touches memory, never throws. */
  count(rule: AlertRuleName, context: AlertContext = {}): void {
    this.parts.counts.add(rule, context);
  }

  /** Looks now, besides the looks that come anyway; for a process that is about to end. */
  async lookNow(): Promise<void> {
    this.looking = this.looking.then(() => this.look());
    await this.looking;
  }

  /** Every rule with what is in force for it. */
  rules(): readonly RuleInForce[] {
    return ALERT_RULE_NAMES.map((name) => {
      const byDefault = defaultThreshold(name, this.parts.defaults);
      return {
        name,
        ...ALERT_RULES[name],
        isEnabled: this.policy.isEnabled(name),
        thresholdInForce: this.policy.thresholdOf(name) ?? byDefault,
        defaultThreshold: byDefault,
      };
    });
  }

  /** Alerts, newest first; while Redis is away those that this instance knows. */
  async list({ rule, isFiring, limit }: AlertQuery): Promise<readonly Alert[]> {
    const { store, local } = this.parts;
    const shared = await store.firing().catch(() => new Map<string, Alert>());
    const firing = isFiring === false ? [] : [...shared.values(), ...local.firing()];
    const past = isFiring === true ? [] : await store.past().catch(() => []);
    return [...firing, ...past]
      .filter((alert) => rule === null || alert.rule === rule)
      .sort((one, other) => other.firedAtMs - one.firedAtMs)
      .slice(0, limit);
  }

  /** Alerts as they fire and recover; end the iterator to leave. */
  changes(): AsyncIterableIterator<Alert> {
    return this.news.asyncIterableIterator<Alert>(TOPIC);
  }

  /** Names of the channels that alerts are delivered to; none while monitoring is off. */
  channels(): readonly string[] {
    return this.parts.isDelivering ? this.parts.channels.map(({ name }) => name) : [];
  }

  /** Sends a test to every channel, through the queue. @throws while Redis is away */
  async sendTest(actor: string): Promise<Alert> {
    const alert = testAlert(actor, this.parts.instanceId, this.parts.nowMs());
    await this.parts.store.put({ kind: 'test', alert });
    await this.lookNow();
    return alert;
  }

  private schedule(inMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      void this.lookNow().finally(() => this.schedule(this.parts.pace.lookEveryMs));
    }, inMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    this.parts.tidy.beginIfDue();
    if (!(await this.parts.watch.look())) return;
    await this.parts.takeOutbox(this.policy.quietHours()).catch((err: unknown) => {
      this.log.debug({ message: 'alerts not queued', err });
    });
  }

  private tell(alert: Alert): void {
    const { redis, store } = this.parts;
    if (!redis.isReady) void this.news.publish(TOPIC, alert);
    else void redis.pubSub.publish(store.keys.channel, alert).catch(() => this.news.publish(TOPIC, alert));
  }

  private hear(payload: unknown): void {
    const alert = readAlert(payload);
    if (alert !== null) void this.news.publish(TOPIC, alert);
  }
}
