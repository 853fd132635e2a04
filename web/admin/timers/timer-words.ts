import type { Tone } from '../parts/tag';
import { amountText, durationText } from '../../timer/words';
import type { PanelTimer } from './use-timer';

type Status = PanelTimer['status'];

/** Colour of a status. */
export const STATUS_TONES: Readonly<Record<Status, Tone>> = {
  RUNNING: 'good',
  PAUSED: 'calm',
  SETTLING: 'warn',
  EXPIRED: 'accent',
};

/** A status in words. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  RUNNING: 'running',
  PAUSED: 'paused',
  SETTLING: 'checking the chain',
  EXPIRED: 'round over',
};

/** Rules in one sentence: `Every buy of at least 5 tokens adds 30 s, up to 10 min.` */
export function rulesText({ rules, durationMs }: Pick<PanelTimer, 'rules' | 'durationMs'>): string {
  const what = rules.sides.length === 2 ? 'trade' : rules.sides[0] === 'BUY' ? 'buy' : 'sale';
  const least = rules.minAmount === '0' ? '' : ` of at least ${amountText(rules.minAmount)} tokens`;
  if (rules.mode === 'RESET')
    return `Every ${what}${least} gives the full ${durationText(durationMs)} again.`;
  const cap = rules.maxRemainingMs === null ? '' : `, up to ${durationText(rules.maxRemainingMs)}`;
  return `Every ${what}${least} adds ${durationText(rules.extendByMs)}${cap}.`;
}
