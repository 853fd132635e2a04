import { registerEnumType } from '@nestjs/graphql';

/** The public names of what an asset is. */
export const AssetClass = { SOL: 'SOL', TOKEN: 'TOKEN', PIECE: 'PIECE' } as const;
/** One of `AssetClass`. */
export type AssetClassName = keyof typeof AssetClass;

/** The public names of what a transaction means for a token. */
export const TradeVerdict = { BUY: 'BUY', SELL: 'SELL', MIXED: 'MIXED', NONE: 'NONE' } as const;
/** One of `TradeVerdict`. */
export type TradeVerdictName = keyof typeof TradeVerdict;

registerEnumType(AssetClass, {
  name: 'AssetClass',
  description: 'What an asset is to the judge.',
  valuesMap: {
    SOL: { description: 'SOL, wrapped or not.' },
    TOKEN: { description: 'A token of which amounts are exchanged.' },
    PIECE: { description: 'A single indivisible piece, such as an NFT; never a payment.' },
  },
});
registerEnumType(TradeVerdict, {
  name: 'TradeVerdict',
  description: 'What a transaction means for a token.',
  valuesMap: {
    BUY: { description: 'Every trader bought.' },
    SELL: { description: 'Every trader sold.' },
    MIXED: { description: 'Some traders bought, others sold.' },
    NONE: { description: 'Nobody traded the token.' },
  },
});
