import { Inject, Injectable } from '@nestjs/common';
import { RedisService } from '../platform/redis/redis.service';
import { SharedClock } from '../platform/redis/shared-clock';
import { SettingsService } from '../settings/settings.service';
import { TimerService } from '../timer/timer.service';
import { creditsChannel, CreditLedger } from './credits/credit.ledger';
import { reportOf } from './credits/credit.report';
import type { CreditReport, ModeCost } from './credits/credit.report';
import type { CreditStore } from './credits/credit.store';
import { POLLING_MODES } from '../settings/domain/settings';
import { plansAt, pricesAt } from './domain/credits';
import { estimateCredits } from './domain/estimate';

export type { CreditGroup, CreditReport, CreditSpan, ModeCost } from './credits/credit.report';

const DAY_MS = 86_400_000;
/** So many trades of the last day are played again at most. */
const MOST_TRADES = 50_000;

/** What reading the chain costs, over all instances. */
@Injectable()
export class CreditsService {
  private readonly store: CreditStore;

  constructor(
    @Inject(CreditLedger) private readonly ledger: CreditLedger,
    private readonly redis: RedisService,
    private readonly clock: SharedClock,
    private readonly settings: SettingsService,
    private readonly timers: TimerService,
  ) {
    this.store = ledger.store;
  }

  /**
   * What was used between two times, and how the month stands.
   *
   * @throws whatever the driver throws while Postgres is away
   */
  async report(fromMs: number | null, toMs: number | null): Promise<CreditReport> {
    await this.ledger.flush();
    const nowMs = this.clock.now();
    const range = { fromMs: fromMs ?? nowMs - 7 * DAY_MS, toMs: toMs ?? nowMs };
    return reportOf({
      ...range,
      nowMs,
      rows: await this.store.between(range.fromMs, range.toMs),
      usedThisMonth: this.ledger.usedThisMonth,
      lastDay: await this.store.since(nowMs - DAY_MS),
      budget: this.ledger.allowance,
      budgetState: this.ledger.budget,
      plan: this.ledger.plan,
      plansAsOf: plansAt(nowMs).asOf,
      prices: pricesAt(nowMs),
      modes: await this.modes(nowMs),
    });
  }

  /** Share of the month's budget that is used, as known last; null where there is no budget. */
  budgetShare(): number | null {
    const { creditsPerMonth } = this.ledger.allowance;
    return creditsPerMonth === null ? null : this.ledger.usedThisMonth / creditsPerMonth;
  }

  /** Reports of the default range: one at once, then each time more was used; end the iterator to leave. */
  changes(): AsyncIterableIterator<CreditReport> {
    const news = this.redis.pubSub.asyncIterator(creditsChannel(this.redis.keyPrefix));
    let isFirst = true;
    // Not a generator: `return` must end a pending `next` at once.
    return {
      next: async () => {
        const { done } = isFirst ? { done: false } : await news.next();
        isFirst = false;
        if (done === true) return { value: undefined, done: true };
        return { value: await this.report(null, null), done: false };
      },
      return: async () => {
        await news.return();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** What each mode would have cost on the last 24 hours, by the trades that were recorded. */
  private async modes(nowMs: number): Promise<readonly ModeCost[]> {
    const { bounds } = this.settings.current().monitoring;
    const times = await this.store.tradeTimes(nowMs - DAY_MS, MOST_TRADES);
    const timers = (await this.timers.list()).map(({ view }) => ({
      tradesMs: times.filter(({ timerId }) => timerId === view.id).map(({ blockTimeMs }) => blockTimeMs),
      durationMs: view.durationMs,
      addresses: view.watchedAddresses.length,
    }));
    const prices = pricesAt(nowMs);
    return POLLING_MODES.flatMap((mode) =>
      (['FULL', 'DEADLINE'] as const).map((completeness) => ({
        mode,
        completeness,
        credits: timers
          .map((timer) =>
            estimateCredits(
              timer,
              { mode, bounds: bounds[mode], completeness, prices },
              nowMs - DAY_MS,
              nowMs,
            ),
          )
          .reduce((sum, credits) => sum + credits, 0),
      })),
    );
  }
}
