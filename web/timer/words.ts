import type { TimerConnection } from '../../client/src/timer-client';
import type { TimerState, TimerView } from '../../client/src/timer-state';

/** What the page says about a timer, in one sentence and one that explains it. */
export interface Words {
  readonly title: string;
  readonly detail: string;
}

/** `7xKX…9fQ2` */
export function shortAddress(address: string): string {
  return address.length <= 10 ? address : `${address.slice(0, 4)}…${address.slice(-4)}`;
}

/** The state in words. Nothing in it changes with every trade, since it may be read aloud. */
export function wordsFor(state: TimerState, status: TimerView['status']): Words {
  const { lastTrade, waitingTrades, round } = state;
  switch (status) {
    case 'PAUSED':
      return { title: 'Paused', detail: 'Trades do not count until it goes on.' };
    case 'SETTLING':
      return {
        title: 'Checking the chain…',
        detail:
          waitingTrades === 0
            ? 'A trade in time can still save the round.'
            : `A trade in time can still save the round. ${counted(waitingTrades, 'later trade')} ${waitingTrades === 1 ? 'waits' : 'wait'}.`,
      };
    case 'EXPIRED':
      return {
        title: lastTrade === null ? `Round ${round} is over` : `${shortAddress(lastTrade.trader)} has won`,
        detail:
          lastTrade === null
            ? `Nobody traded. The next trade opens round ${round + 1}.`
            : `Round ${round} is over. The next trade opens round ${round + 1}.`,
      };
    case 'RUNNING':
      return { title: 'Running', detail: runningDetail(state) };
  }
}

function runningDetail({ rules }: TimerState): string {
  const what = rules.sides.length === 1 ? (rules.sides[0] === 'BUY' ? 'buy' : 'sale') : 'trade';
  const enough = rules.minAmount === '0' ? '' : ` of at least ${amountText(rules.minAmount)} tokens`;
  return rules.mode === 'RESET'
    ? `Every ${what}${enough} starts the countdown again.`
    : `Every ${what}${enough} adds ${durationText(rules.extendByMs)}.`;
}

/** How the connection is; null while there is nothing to say. */
export function connectionWords({ status, problem }: TimerConnection): Words | null {
  if (problem?.code === 'NOT_FOUND')
    return { title: 'There is no such timer', detail: 'Check the address; it may also have been deleted.' };
  if (problem?.code === 'RATE_LIMITED')
    return { title: 'Too many requests', detail: 'The page tries again by itself in a moment.' };
  if (problem !== null) return { title: 'The service is busy', detail: 'The page tries again by itself.' };
  if (status === 'reconnecting')
    return { title: 'Reconnecting…', detail: 'The countdown goes on by the last known state.' };
  return null;
}

/** `1 trade`, `2 trades` */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Groups digits and cuts the fraction to what a glance can take. */
export function amountText(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const kept = fraction.slice(0, whole.length > 3 ? 0 : 4).replace(/0+$/, '');
  if (whole === '0' && kept === '' && /[1-9]/.test(fraction)) return '< 0.0001';
  return kept === '' ? grouped : `${grouped}.${kept}`;
}

/** A price with four digits that mean something: `0.00001234`. */
export function priceText(decimal: string): string {
  const value = Number(decimal);
  if (!(value > 0)) return '0';
  const digits = Math.max(0, Math.min(18, 3 - Math.floor(Math.log10(value))));
  const text = value.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `12 s`, `5 min`, `3 h`, `2 days` */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** `12 s ago` */
export function ageText(ms: number): string {
  return ms < 1_000 ? 'just now' : `${durationText(ms)} ago`;
}

/** Names of what tokens are mostly traded against. */
const KNOWN: Readonly<Record<string, string>> = {
  So11111111111111111111111111111111111111112: 'SOL',
  EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v: 'USDC',
  Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB: 'USDT',
};

/** What a mint is called where everybody knows it, else its address cut short. */
export function mintName(mint: string): string {
  return KNOWN[mint] ?? shortAddress(mint);
}
