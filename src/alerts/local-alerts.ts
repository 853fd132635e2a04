import { Logger } from '@nestjs/common';
import type { AlertStore } from './alert.store';
import type { ClaimStore } from './claim.store';
import type { Alert, Notice } from './domain/alert';
import type { AlertSender } from './sender';

interface LocalAlert {
  readonly alert: Alert;
  /** Channels that were told, or null while this instance still tells them. */
  told: readonly string[];
}

/**
 * Alerts while Redis is away, kept in memory and sent from memory. Postgres decides which instance speaks; while it is
 * away too, each speaks for itself. What was not sent when the process ends is lost.
 */
export class LocalAlerts {
  private readonly log = new Logger('alerts');
  private readonly alerts = new Map<string, LocalAlert>();
  /** Open claims may be there from an instance that died. */
  private isHandOverDue = true;

  constructor(
    private readonly store: AlertStore,
    private readonly claims: ClaimStore,
    private readonly sender: Pick<AlertSender, 'channels' | 'insist'>,
    private readonly signal: AbortSignal,
  ) {}

  /** Alerts that began without Redis. */
  firing(): readonly Alert[] {
    return [...this.alerts.values()].map(({ alert }) => alert);
  }

  /** The alert is read and Redis does not know it. @param isQuiet - nobody is to be told */
  async raise(key: string, alert: Alert, isQuiet: boolean): Promise<Alert | null> {
    this.isHandOverDue = true;
    if (this.alerts.has(key)) return null;
    const claimed = await this.claims.claim(key, alert).catch(() => ({ alert, isMine: true }));
    const local: LocalAlert = { alert: claimed.alert, told: [] };
    this.alerts.set(key, local);
    this.log.error({ message: 'alert fired without redis', rule: alert.rule, subject: alert.subject });
    if (claimed.isMine && !isQuiet) this.tell(local, { kind: 'fired', alert: claimed.alert });
    return claimed.alert;
  }

  /** The alert is not read any more, and Redis is still away. @param over - the alert as it is over */
  async settle(key: string, recoveredAtMs: number, isQuiet: boolean): Promise<Alert | null> {
    const local = this.alerts.get(key);
    if (local === undefined) return null;
    this.alerts.delete(key);
    const alert = { ...local.alert, recoveredAtMs };
    const isMine = await this.claims.close(alert.id).catch(() => true);
    if (isMine && !isQuiet) this.tell(local, { kind: 'recovered', alert });
    return alert;
  }

  /** Redis is back: it takes over what fires, and nobody is told again. @throws while it is not */
  async handOver(holdsMs: number): Promise<void> {
    if (!this.isHandOverDue) return;
    const open = await this.claims.open().catch(() => null);
    const alerts = new Map([
      ...(open ?? []),
      ...[...this.alerts].map(([key, { alert }]) => [key, alert] as const),
    ]);
    for (const [key, alert] of alerts) {
      await this.store.raise(key, alert, holdsMs, true);
      for (const channel of this.alerts.get(key)?.told ?? []) {
        await this.store.setTold(alert.id, channel, 'sent');
      }
      await this.claims.close(alert.id).catch(() => false);
    }
    this.alerts.clear();
    this.isHandOverDue = open === null;
  }

  private tell(local: LocalAlert, notice: Notice): void {
    for (const channel of this.sender.channels) {
      void this.sender.insist(channel, notice, this.signal).then((isSent) => {
        if (!isSent || notice.kind !== 'fired') return;
        local.told = [...local.told, channel.name];
        // Redis may be back meanwhile, and the word of the recovery wait for this
        this.store.setTold(notice.alert.id, channel.name, 'sent').catch(() => undefined);
      });
    }
  }
}
