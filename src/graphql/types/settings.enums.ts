import { registerEnumType } from '@nestjs/graphql';
import type { Completeness as Kept, PollingMode as Mode } from '../../settings/domain/settings';

/** The public names of how eagerly the chain is polled. */
export const PollingMode: { readonly [Name in Mode]: Name } = {
  ECONOMY: 'ECONOMY',
  CONSERVATIVE: 'CONSERVATIVE',
  BALANCED: 'BALANCED',
  AGGRESSIVE: 'AGGRESSIVE',
  ULTRA: 'ULTRA',
};

/** The public names of how much of the chain is recorded. */
export const Completeness: { readonly [Name in Kept]: Name } = { FULL: 'FULL', DEADLINE: 'DEADLINE' };

registerEnumType(PollingMode, {
  name: 'PollingMode',
  description: 'How eagerly the chain is polled; each mode chooses its intervals between bounds of its own.',
  valuesMap: {
    ECONOMY: { description: 'Only as often as fairness needs.' },
    CONSERVATIVE: { description: 'Seldom; by default every 60 to 300 s.' },
    BALANCED: { description: 'The default; by default every 30 to 120 s.' },
    AGGRESSIVE: { description: 'Often; by default every 15 to 60 s.' },
    ULTRA: { description: 'As often as is sensible; by default every 10 to 30 s.' },
  },
});
registerEnumType(Completeness, {
  name: 'Completeness',
  description:
    'How much of the chain is recorded. Winners and round ends are the same either way. Timers in EXTEND mode are ' +
    'always read FULL, whatever is set.',
  valuesMap: {
    FULL: { description: 'Every trade is fetched and recorded.' },
    DEADLINE: {
      description:
        'Only what decides the deadline is fetched; the rest is counted and marked as not complete.',
    },
  },
});
