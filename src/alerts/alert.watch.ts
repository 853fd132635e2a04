import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ALERT_RULES } from '../config/alert-rules';
import type { AlertRuleName } from '../config/alert-rules';
import type { AlertPace } from './alert.pace';
import type { AlertStore } from './alert.store';
import { alertKey } from './domain/alert';
import type { Alert, AlertProbe, AlertReading } from './domain/alert';
import { defaultThreshold } from './domain/policy';
import type { AlertPolicy, OwnDefaults } from './domain/policy';
import type { EventCounts } from './event.counts';
import type { LocalAlerts } from './local-alerts';

/** What a look works with. */
export interface WatchParts {
  readonly store: AlertStore;
  readonly local: LocalAlerts;
  readonly counts: EventCounts;
  readonly pace: AlertPace;
  readonly policy: () => AlertPolicy;
  readonly defaults: OwnDefaults;
  readonly instanceId: string;
  /** Whether Redis answers; in a second at most. */
  readonly isShared: () => Promise<boolean>;
  /** Whether nobody is to be told: monitoring is off. */
  readonly isQuiet: boolean;
  readonly nowMs: () => number;
  /** An alert fired or recovered, told by this instance. */
  readonly onChange: (alert: Alert) => void;
}

type Readings = Map<AlertRuleName, readonly AlertReading[]>;

/** One look after the other: reads all probes, compares with thresholds, and makes alerts fire and recover. */
export class AlertWatch {
  private readonly log = new Logger('alerts');
  private readonly probes = new Set<AlertProbe>();
  /** What the last look read: an alert is over when two looks in a row did not read it. */
  private before: ReadonlySet<string> = new Set();
  /** What fired in Redis when it was seen last. */
  private shared: ReadonlyMap<string, Alert> = new Map();

  constructor(private readonly parts: WatchParts) {}

  /** Asks a probe from now on; returns how to stop. */
  add(probe: AlertProbe): () => void {
    this.probes.add(probe);
    return () => void this.probes.delete(probe);
  }

  /** Looks once. @returns whether Redis took part; never throws */
  async look(): Promise<boolean> {
    const isShared = await this.parts.isShared();
    const readings = await this.read(isShared);
    const raised = this.judge(readings);
    try {
      if (!isShared) await this.applyLocally(raised, readings);
      else await this.apply(raised, readings);
    } catch (err) {
      // Redis went away in the middle; the next look goes on without it
      this.log.debug({ message: 'alerts not shared', err });
    }
    this.before = new Set(raised.keys());
    return isShared;
  }

  private async read(isShared: boolean): Promise<Readings> {
    const { counts, pace } = this.parts;
    const own = isShared ? counts.read() : Promise.resolve(counts.readUntold());
    const asked = [own, ...[...this.probes].map((probe) => probe.read())];
    const answers = await Promise.all(asked.map((answer) => within(answer, pace.probeWithinMs)));
    return new Map(answers.flatMap((answer) => [...(answer ?? [])]));
  }

  /** The alerts that should fire by these readings, by key. */
  private judge(readings: Readings): Map<string, Alert> {
    const raised = new Map<string, Alert>();
    const policy = this.parts.policy();
    for (const [rule, found] of readings) {
      if (!policy.isEnabled(rule)) continue;
      const threshold = policy.thresholdOf(rule) ?? defaultThreshold(rule, this.parts.defaults);
      for (const reading of found) {
        if (reading.value <= threshold) continue;
        raised.set(alertKey(rule, reading.subject), this.alertOf(rule, reading, threshold));
      }
    }
    return raised;
  }

  private alertOf(rule: AlertRuleName, reading: AlertReading, threshold: number): Alert {
    const { severity, unit } = ALERT_RULES[rule];
    const { instanceId, nowMs } = this.parts;
    return {
      id: randomUUID(),
      rule,
      ...reading,
      severity,
      unit,
      threshold,
      instance: instanceId,
      firedAtMs: nowMs(),
      recoveredAtMs: null,
    };
  }

  private async apply(raised: ReadonlyMap<string, Alert>, readings: Readings): Promise<void> {
    const { store, local, pace, nowMs } = this.parts;
    await local.handOver(pace.readingHoldsMs);
    for (const [key, alert] of raised) {
      const outcome = await store.raise(key, alert, pace.readingHoldsMs);
      if (outcome?.isNew === true) this.changed(outcome.alert);
    }
    this.shared = await store.firing();
    for (const [key, alert] of this.shared) {
      if (!this.isOver(key, alert, raised, readings)) continue;
      const over = { ...alert, recoveredAtMs: nowMs() };
      if (await store.settle(key, over)) this.changed(over);
    }
  }

  private async applyLocally(raised: ReadonlyMap<string, Alert>, readings: Readings): Promise<void> {
    const { local, isQuiet, nowMs, onChange } = this.parts;
    for (const [key, alert] of raised) {
      // what Redis knew already when it went away was told, or will be
      if (this.shared.has(key)) continue;
      const fired = await local.raise(key, alert, isQuiet);
      if (fired !== null) onChange(fired);
    }
    for (const alert of local.firing()) {
      if (alert.rule === null) continue;
      const key = alertKey(alert.rule, alert.subject);
      if (!this.isOver(key, alert, raised, readings)) continue;
      const over = await local.settle(key, nowMs(), isQuiet);
      if (over !== null) onChange(over);
    }
  }

  private isOver(
    key: string,
    { rule }: Alert,
    raised: ReadonlyMap<string, Alert>,
    readings: Readings,
  ): boolean {
    if (raised.has(key) || this.before.has(key) || rule === null) return false;
    return readings.has(rule) || !this.parts.policy().isEnabled(rule);
  }

  private changed(alert: Alert): void {
    const { rule, subject, severity, value, threshold } = alert;
    const message = alert.recoveredAtMs === null ? 'alert fired' : 'alert recovered';
    this.log.warn({ message, rule, subject, severity, value, threshold });
    this.parts.onChange(alert);
  }
}

/** The answer; null where there is none in time. */
async function within<Answer>(answer: Promise<Answer>, limitMs: number): Promise<Answer | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, limitMs, null);
  });
  return await Promise.race([answer.catch(() => null), late]).finally(() => clearTimeout(timer));
}
