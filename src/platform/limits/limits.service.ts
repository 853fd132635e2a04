import { Inject, Injectable } from '@nestjs/common';
import { PublicError } from '../public-error';
import { LIMIT_RULES } from './limit-rules';
import type { LimitKind, LimitRules, Quota, Verdict } from './limit-rules';
import { SharedTallyStore } from './shared-tally.store';
import { SlidingWindowStore } from './sliding-window.store';

/** What was spent of which quota. */
export interface Spending {
  readonly kind: LimitKind;
  readonly quota: Quota;
  readonly verdict: Verdict;
}

/** Limits clients, by the rules in force at the moment. */
@Injectable()
export class LimitsService {
  constructor(
    @Inject(LIMIT_RULES) private readonly rules: LimitRules,
    private readonly windows: SlidingWindowStore,
    private readonly tallies: SharedTallyStore,
  ) {}

  /** Whether anybody is limited. */
  get isEnabled(): boolean {
    return this.rules.quotaOf('public') !== null;
  }

  /** Spends of a quota that all instances share exactly; null: nobody is limited. */
  async spend(kind: LimitKind, client: string, cost = 1): Promise<Spending | null> {
    const quota = this.rules.quotaOf(kind);
    if (quota === null) return null;
    return { kind, quota, verdict: await this.windows.spend(`${kind}:${client}`, quota, cost) };
  }

  /** The same at once, without asking Redis, and shared less exactly. @see SharedTallyStore */
  spendNow(kind: LimitKind, client: string): Spending | null {
    const quota = this.rules.quotaOf(kind);
    if (quota === null) return null;
    return { kind, quota, verdict: this.tallies.spend(`${kind}:${client}`, quota) };
  }
}

/** What a client that was refused is told. */
export function tooMany({ kind, verdict }: Spending): PublicError {
  const what = kind === 'connect' ? 'sockets' : kind === 'admin' ? 'changes' : 'requests';
  return new PublicError('RATE_LIMITED', `too many ${what}`, { retryAfterMs: verdict.waitMs });
}
