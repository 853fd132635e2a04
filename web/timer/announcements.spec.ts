import type { TimerState } from '../../client/src/timer-state';
import { announce, NOTHING_SAID } from './announcements';
import type { Said } from './announcements';

const state: TimerState = {
  id: 'global',
  tokenAddress: 'mint',
  status: 'RUNNING',
  round: 3,
  epoch: 1,
  revision: 1,
  durationMs: 600_000,
  startedAt: 0,
  deadline: 600_000,
  remainingMs: 600_000,
  serverTime: 0,
  waitingTrades: 0,
  viewers: 1,
  stale: false,
  rules: { sides: ['BUY', 'SELL'], minAmount: '0', mode: 'RESET', extendByMs: 60_000, maxRemainingMs: null },
  lastTrade: null,
};

/** Seconds of a running round as they pass. */
function run(said: Said, fromMs: number, toMs: number): string[] {
  const texts: string[] = [];
  let before = said;
  for (let left = fromMs; left >= toMs; left -= 1_000) {
    const next = announce(before, state, { status: 'RUNNING', remainingMs: left }, 600_000 - left);
    if (next.count !== before.count) texts.push(next.text);
    before = next;
  }
  return texts;
}

describe('announce', () => {
  it('tells the state, one minute and ten seconds, and no second between', () => {
    expect(run(NOTHING_SAID, 600_000, 0)).toEqual([
      'Running. 10 minutes left. Every trade starts the countdown again.',
      'One minute left.',
      'Ten seconds left.',
    ]);
  });

  it('tells of a moved deadline, in a storm of trades one every 20 s', () => {
    let said = announce(NOTHING_SAID, state, { status: 'RUNNING', remainingMs: 300_000 }, 0);
    const texts: string[] = [];
    for (let second = 1; second <= 60; second += 1) {
      const moved = { ...state, deadline: 600_000 + second };
      const next = announce(
        said,
        moved,
        { status: 'RUNNING', remainingMs: 600_000 - second },
        second * 1_000,
      );
      if (next.count !== said.count) texts.push(next.text);
      said = next;
    }
    expect(texts).toHaveLength(3);
    expect(texts[0]).toContain('A buy moved the deadline.');
  });

  it('tells when the chain is checked, and who has won', () => {
    const running = announce(NOTHING_SAID, state, { status: 'RUNNING', remainingMs: 5 }, 0);
    const settling = announce(running, state, { status: 'SETTLING', remainingMs: 0 }, 10);
    expect(settling.text).toContain('Checking the chain.');
    const over = announce(settling, state, { status: 'EXPIRED', remainingMs: 0 }, 20);
    expect(over.text).toContain('Round 3 is over');
  });
});
