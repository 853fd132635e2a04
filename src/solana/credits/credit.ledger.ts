import { Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { RedisService } from '../../platform/redis/redis.service';
import type { SharedClock } from '../../platform/redis/shared-clock';
import type { SettingsService } from '../../settings/settings.service';
import type { BudgetSettings } from '../../settings/domain/settings';
import { budgetStateOf, budgetWithin } from '../domain/budget';
import type { BudgetState } from '../domain/budget';
import { planNamed } from '../domain/credits';
import type { Plan } from '../domain/credits';
import { forecastOf, monthOf } from '../domain/forecast';
import type { CreditMeter } from '../rpc/credit-meter';
import type { CreditStore } from './credit.store';

const FLUSH_EVERY_MS = 10_000;
const DAY_MS = 86_400_000;

/** Where the ledger says that there is more. */
export function creditsChannel(keyPrefix: string): string {
  return `${keyPrefix}:credits`;
}

/**
 * Puts what this instance called into Postgres, and knows how the month's budget stands. While Postgres is away calls
 * stay counted here, and the budget stands as it was known last, with what was called since.
 */
export class CreditLedger implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('solana');
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private known: { readonly used: number; readonly lastDay: number; readonly ownThen: number } | null = null;
  private isFailing = false;
  private exhaustedUntilMs = Number.NEGATIVE_INFINITY;
  private told: BudgetState = 'free';

  constructor(
    private readonly meter: CreditMeter,
    readonly store: CreditStore,
    private readonly redis: RedisService,
    private readonly clock: SharedClock,
    private readonly settings: SettingsService,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
    void this.flush();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** The plan that the settings name; null where they name none of the list. */
  get plan(): Plan | null {
    return planNamed(this.settings.current().monitoring.planName, this.clock.now());
  }

  /** What may be used: what the settings say, else what the plan includes. */
  get allowance(): BudgetSettings {
    return budgetWithin(this.settings.current().monitoring.budget, this.plan);
  }

  /** How the month's credits stand, as far as known. */
  get budget(): BudgetState {
    const nowMs = this.clock.now();
    const { usedThisMonth, allowance: budget } = this;
    const lastDay = this.known?.lastDay ?? 0;
    const forecast = forecastOf(usedThisMonth, lastDay, nowMs);
    const isExhausted = nowMs < this.exhaustedUntilMs;
    const state = budgetStateOf({ budget, usedThisMonth, forecast, isExhausted });
    if (state !== this.told)
      this.log.warn({ message: 'credit budget changed', from: this.told, to: state, usedThisMonth });
    this.told = state;
    return state;
  }

  /** Credits of all instances since the month began, as known last, with our own since then. */
  get usedThisMonth(): number {
    const { used, ownThen } = this.known ?? { used: 0, ownThen: 0 };
    return used + this.meter.totalCredits - ownThen;
  }

  /** An endpoint says that its credits are used up; believed until it is tried again. */
  exhausted(forMs: number): void {
    this.exhaustedUntilMs = this.clock.now() + forMs;
  }

  /** Keeps what was called since the last time, now. Does not throw. */
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.flushNow());
    return this.flushing;
  }

  private async flushNow(): Promise<void> {
    const counts = this.meter.drain();
    const nowMs = this.clock.now();
    try {
      await this.store.add(counts, nowMs);
    } catch (err) {
      this.meter.giveBack(counts);
      this.fail(err);
      return;
    }
    try {
      const ownThen = this.meter.totalCredits;
      const used = await this.store.since(monthOf(nowMs).startMs);
      this.known = { used, lastDay: await this.store.since(nowMs - DAY_MS), ownThen };
      this.isFailing = false;
      if (counts.length > 0)
        await this.redis.pubSub.publish(creditsChannel(this.redis.keyPrefix), { atMs: nowMs });
    } catch (err) {
      this.fail(err);
    }
  }

  private fail(err: unknown): void {
    if (!this.isFailing) this.log.warn({ message: 'credits not kept', err });
    this.isFailing = true;
  }
}
