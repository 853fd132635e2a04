import { Args, Query } from '@nestjs/graphql';
import type { Facts } from '../solana/domain/facts';
import type { Inspection as Inspected } from '../solana/domain/inspection';
import { InspectionService } from '../solana/inspection.service';
import { Access, AdminResolverClass } from './admin.guard';
import { PublicKey, Signature } from './scalars';
import { Inspection } from './types/inspection.type';
import type { InspectionFacts } from './types/inspection.type';
import type { AssetClassName, TradeVerdictName } from './types/inspection.enums';

const signatureArgument = { type: () => Signature, description: 'First signature of the transaction.' };
const tokenArgument = { type: () => PublicKey, description: 'Mint of the token that is judged.' };

const verdicts: { readonly [Verdict in Inspected['verdict']]: TradeVerdictName } = {
  buy: 'BUY',
  sell: 'SELL',
  mixed: 'MIXED',
  none: 'NONE',
};
const classes: { readonly [Class in Facts['assets'][string]]: AssetClassName } = {
  sol: 'SOL',
  token: 'TOKEN',
  piece: 'PIECE',
};

/** Explains trade detection to administrators. */
@AdminResolverClass()
export class InspectionResolver {
  constructor(private readonly inspections: InspectionService) {}

  @Access('operate')
  @Query(() => Inspection, {
    description:
      'Why a confirmed transaction does or does not count for a token. Fetches it from the chain, which costs the credits of one getTransaction, and changes nothing. Scope OPERATE.',
  })
  async inspectTransaction(
    @Args('signature', signatureArgument) signature: string,
    @Args('tokenAddress', tokenArgument) tokenAddress: string,
  ): Promise<Inspection> {
    const { verdict, trades, pools, facts } = await this.inspections.inspect(signature, tokenAddress);
    return { verdict: verdicts[verdict], trades, pools, facts: pictureOf(facts) };
  }
}

function pictureOf({ rule, signature, slot, wallets, assets, calls }: Facts): InspectionFacts {
  const changesOf = (
    changes: Readonly<Record<string, string>>,
  ): InspectionFacts['wallets'][number]['changes'] =>
    Object.entries(changes).map(([mint, change]) => ({
      mint,
      change,
      class: classes[assets[mint] ?? 'token'],
    }));
  return {
    rule,
    signature,
    slot,
    wallets: wallets.map(({ owner, isSigner, changes }) => ({
      owner,
      signer: isSigner,
      changes: changesOf(changes),
    })),
    calls,
  };
}
