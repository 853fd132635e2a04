import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { signals } from '../../metrics/domain/signals';
import type { Secret } from '../../config/secret';
import { AppError } from '../../platform/app-error';
import type { PushTrust } from '../domain/push-trust';
import { PROCESS_CLOCK } from '../reading-policy';
import { probeWebhook } from './webhook.probe';
import type { ProbeResult } from './webhook.probe';
import type { WebhookRegistrar } from './webhook.registrar';

/** How often the keeper looks, and how often it may spend, all in ms. */
export interface KeeperPace {
  readonly lookMs: number;
  /** Pools that are learned one after the other share one call. */
  readonly betweenEditsMs: number;
  /** The provider is asked at least that often whether all is as it was. */
  readonly checkMs: number;
  /** Silence is a reason to ask, but not more often than this. */
  readonly checkSilenceMs: number;
  /** The wait after a failure doubles from `lookMs` up to this. */
  readonly longestWaitMs: number;
}

/** At rest this costs 100 credits a day. */
export const KEEPER_PACE: KeeperPace = {
  lookMs: 2_000,
  betweenEditsMs: 60_000,
  checkMs: 86_400_000,
  checkSilenceMs: 1_800_000,
  longestWaitMs: 600_000,
};

/** What a keeper works with. */
export interface KeeperParts {
  readonly registrar: WebhookRegistrar;
  readonly trust: PushTrust;
  /** Public address of the receiver; null: none is known. */
  readonly url: string | null;
  readonly secret: Secret;
  /** Whether webhook mode is on, as of now. */
  readonly isWanted: () => boolean;
  /** Every watched address. @throws while Redis cannot be reached */
  readonly addresses: () => Promise<readonly string[]>;
  /** Shared clock, epoch ms. */
  readonly nowMs: () => number;
  /** A clock that never steps; default: the process's. */
  readonly monotonicMs?: () => number;
  readonly pace: KeeperPace;
}

/** Keeps our webhook as the settings and the watched addresses want it, while this instance leads. */
export class WebhookKeeper {
  private readonly log = new Logger('solana');
  private failures = 0;
  private isFirst = true;
  private hasWarned = false;
  private registered: string | null = null;
  private spentAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: KeeperParts) {}

  /** Works until the signal is aborted; the webhook stays as it is then, since another instance goes on. */
  async run(signal: AbortSignal): Promise<'aborted'> {
    this.isFirst = true;
    while (!signal.aborted) {
      await this.step(signal);
      const { lookMs, longestWaitMs } = this.parts.pace;
      const backoffMs = Math.min(lookMs * 2 ** this.failures, longestWaitMs) * Math.random();
      await delay(this.failures === 0 ? lookMs : Math.max(lookMs, backoffMs), undefined, { signal }).catch(
        () => undefined,
      );
    }
    this.parts.trust.close();
    return 'aborted';
  }

  /** One look; failures are told and end nothing. */
  async step(signal: AbortSignal): Promise<void> {
    const { isWanted, url } = this.parts;
    try {
      if (!isWanted()) await this.switchOff(signal);
      else if (url === null) this.warnOnce();
      else await this.keep(url, signal);
      this.failures = 0;
    } catch (err) {
      if (signal.aborted) return;
      this.failures = Math.min(this.failures + 1, 20);
      const code = err instanceof AppError ? String(err.code) : 'unknown';
      const context = err instanceof AppError ? err.context : { err };
      this.log.warn({ message: 'webhook could not be kept', code, failures: this.failures, ...context });
      signals.incident.tell({ rule: 'source-failed', context: { source: 'WEBHOOK', code } });
    }
  }

  private async keep(url: string, signal: AbortSignal): Promise<void> {
    const addresses = await this.parts.addresses();
    if (addresses.length === 0) return;
    const wanted = addresses.toSorted().join();
    if (!this.isDue(wanted)) return;
    const isCheck = this.registered === wanted && !this.isFirst;
    const before = this.registered;
    const { checkedAtMs } = await this.parts.registrar.ensure({ url, addresses }, isCheck, signal);
    this.isFirst = false;
    this.registered = wanted;
    // what was known already cost nothing, and keeps its age
    this.spentAtMs = this.monotonicMs() - Math.max(0, this.parts.nowMs() - checkedAtMs);
    if (before === null || isCheck) await this.prove(url, signal);
  }

  /** Whether a call may be worth its credits now. */
  private isDue(wanted: string): boolean {
    if (this.registered === null) return true;
    const { betweenEditsMs, checkMs, checkSilenceMs } = this.parts.pace;
    const nowMs = this.monotonicMs();
    const sinceMs = nowMs - this.spentAtMs;
    if (this.registered !== wanted) return sinceMs >= betweenEditsMs;
    const isSilent = this.parts.trust.levelAt(nowMs) === 'SILENT';
    return sinceMs >= (isSilent ? checkSilenceMs : checkMs);
  }

  private monotonicMs(): number {
    return (this.parts.monotonicMs ?? PROCESS_CLOCK.monotonicMs)();
  }

  private async prove(url: string, signal: AbortSignal): Promise<void> {
    const result = await probeWebhook(url, this.parts.secret, signal);
    if (result.isOk) this.parts.trust.open(this.parts.nowMs());
    else this.tellUnreachable(result);
  }

  /** Pushes that come nevertheless are believed after a while: not every network lets us reach our own address. */
  private tellUnreachable({ status, message }: ProbeResult): void {
    this.parts.trust.expect(this.parts.nowMs());
    this.log.warn({ message: 'own webhook address did not answer', status, problem: message });
  }

  private async switchOff(signal: AbortSignal): Promise<void> {
    this.parts.trust.close();
    if (!this.isFirst && this.registered === null) return;
    await this.parts.registrar.remove(signal);
    this.isFirst = false;
    this.registered = null;
  }

  private warnOnce(): void {
    if (!this.hasWarned) {
      this.log.warn({ message: 'webhook mode needs an address', code: 'SOLANA_WEBHOOK_URL_MISSING' });
    }
    this.hasWarned = true;
  }
}
