import { durationText } from '../../timer/words';
import type { Settings } from '../settings/use-settings';

/** Modes from the cheapest to the most eager. */
export const MODES = ['ECONOMY', 'CONSERVATIVE', 'BALANCED', 'AGGRESSIVE', 'ULTRA'] as const;
/** One of `MODES`. */
export type Mode = (typeof MODES)[number];

const CHARACTERS: Readonly<Record<Mode, string>> = {
  ECONOMY: 'Only as often as fairness needs.',
  CONSERVATIVE: 'Seldom.',
  BALANCED: 'The default.',
  AGGRESSIVE: 'Often.',
  ULTRA: 'As often as is sensible.',
};

/** What a mode means for those who watch: how long a trade may stay unseen. */
export function modeWords(mode: Mode, bounds: Settings['monitoring']['bounds']): string {
  const own = bounds.find((one) => one.mode === mode);
  if (own === undefined) return CHARACTERS[mode];
  const { minMs, maxMs } = own;
  return `${CHARACTERS[mode]} Looks every ${durationText(minMs)} to ${durationText(maxMs)}, so a trade is seen at most ${durationText(maxMs)} late, and always before a round ends.`;
}
