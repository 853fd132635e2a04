import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AlertService } from '../../alerts/alert.service';
import { ENV } from '../../config/config.module';
import type { Env } from '../../config/env';
import { MetricsService } from '../../metrics/metrics.service';
import { addressGroup } from '../../platform/limits/address-group';
import { PublicError } from '../../platform/public-error';
import { RedisService } from '../../platform/redis/redis.service';
import type { Origin } from '../domain/caller';
import { ATTEMPT_LIMITS, delayOf } from '../domain/attempts';
import type { AttemptVerdict } from '../domain/attempts';
import { AttemptMetrics } from './attempt.metrics';
import { AttemptStore } from './attempt.store';
import { digestOf, matchOf } from './secrets';

/** Limited attempts are logged this often at most; they are all counted. */
const LOG_LIMITED_EVERY_MS = 60_000;

/** Judges the secrets of the environment, and limits how often anybody may guess. */
@Injectable()
export class SecretDesk {
  private readonly digests: readonly Buffer[];
  private readonly store: AttemptStore;
  private readonly metrics: AttemptMetrics;
  private readonly log = new Logger('admin');
  private loggedLimitAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(ENV) env: Pick<Env, 'adminSecret'>,
    redis: RedisService,
    { registry }: MetricsService,
    private readonly alerts: AlertService,
  ) {
    const secrets = (env.adminSecret?.reveal() ?? '').split(',').map((part) => part.trim());
    this.digests = secrets.filter((secret) => secret !== '').map(digestOf);
    this.store = new AttemptStore(redis, ATTEMPT_LIMITS);
    this.metrics = new AttemptMetrics(registry);
  }

  /** Digests of the secrets in force; under one of them each session of a secret is kept. */
  get roots(): readonly Buffer[] {
    return this.digests;
  }

  /**
   * The digest of the secret that `text` is.
   *
   * @throws PublicError UNAUTHENTICATED where it is none, after a while; RATE_LIMITED, whether it is one or not, after
   *   too many wrong ones
   */
  async judge(text: string, origin: Origin): Promise<Buffer> {
    const match = matchOf(text, this.digests);
    const verdict = await this.store.judge(addressGroup(origin.address), match !== null);
    if (verdict.tag === 'right' && match !== null) return match;
    return await this.refuse(verdict, origin);
  }

  /** Notes that something which cannot be guessed was wrong. @throws as `judge` does */
  async wrong(origin: Origin): Promise<never> {
    return await this.refuse(await this.store.judge(addressGroup(origin.address), false), origin);
  }

  private async refuse({ tag, waitMs, count }: AttemptVerdict, origin: Origin): Promise<never> {
    const { address, transport } = origin;
    this.alerts.count('unauthorised', { address, transport, outcome: tag });
    if (tag === 'address_limit' || tag === 'total_limit') {
      this.metrics.count(tag);
      this.warnOfLimit(tag, origin);
      throw new PublicError('RATE_LIMITED', 'too many wrong attempts', { retryAfterMs: waitMs });
    }
    this.metrics.count('wrong');
    this.log.warn({ message: 'wrong credentials given', address, transport, count });
    await delay(delayOf(count, ATTEMPT_LIMITS));
    throw new PublicError('UNAUTHENTICATED', 'the secret or key is wrong');
  }

  private warnOfLimit(tag: string, { address }: Origin): void {
    const nowMs = performance.now();
    if (nowMs - this.loggedLimitAtMs < LOG_LIMITED_EVERY_MS) return;
    this.loggedLimitAtMs = nowMs;
    this.log.warn({ message: 'wrong credentials limited', limit: tag, address });
  }
}
