import { Args, Query, Subscription } from '@nestjs/graphql';
import { badInput, PublicError } from '../platform/public-error';
import { CreditsService } from '../solana/credits.service';
import type { CreditReport } from '../solana/credits.service';
import { Access, AdminResolverClass } from './admin.guard';
import { EpochMs } from './scalars';
import { creditUsageOf, CreditUsage } from './types/credit.type';

const from = { type: () => EpochMs, nullable: true, description: 'Null: seven days ago.' };
const to = { type: () => EpochMs, nullable: true, description: 'Null: now.' };

/** What reading the chain costs, for administrators. */
@AdminResolverClass()
export class CreditsResolver {
  constructor(private readonly credits: CreditsService) {}

  @Access('read')
  @Query(() => CreditUsage, {
    description:
      'Credits used by method, endpoint, purpose and address, per hour and day, with burn, forecast, budget and what each mode would have cost. Scope READ.',
  })
  async creditUsage(
    @Args('from', from) fromMs: number | null,
    @Args('to', to) toMs: number | null,
  ): Promise<CreditUsage> {
    if (fromMs !== null && toMs !== null && fromMs > toMs) {
      throw badInput([{ path: 'from', message: 'must not be later than to' }]);
    }
    return creditUsageOf(await this.credits.report(fromMs, toMs).catch(unavailable));
  }

  @Access('read')
  @Subscription(() => CreditUsage, {
    description:
      'The usage of seven days at once, and again when more was used, about every ten seconds. Scope READ.',
    resolve: (report: CreditReport) => creditUsageOf(report),
  })
  creditUsageChanged(): AsyncIterableIterator<CreditReport> {
    return this.credits.changes();
  }
}

function unavailable(): never {
  throw new PublicError('SERVICE_UNAVAILABLE', 'the database cannot be reached');
}
