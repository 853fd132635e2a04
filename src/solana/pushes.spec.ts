import { Logger } from '@nestjs/common';
import { MemoryTimerDoor, stateWith } from '../../test/support/memory-timer-door';
import { MINT, tradeAt } from '../../test/support/timer-lab';
import type { WriteOutcome } from '../timer/timer.service';
import { TRUST_LIMITS } from './domain/push-trust';
import { Pushes } from './pushes';
import type { PushLane } from './pushes';

const { signal } = new AbortController();

/** Takes every trade for a new one. */
class FreshDoor extends MemoryTimerDoor {
  override async apply(...[id, found]: Parameters<MemoryTimerDoor['apply']>): Promise<WriteOutcome> {
    const outcome = await super.apply(id, found);
    return outcome.tag === 'ok' ? { ...outcome, newTrades: found.trades.length } : outcome;
  }
}

describe('Pushes', () => {
  let nowMs: number;
  let pushes: Pushes;

  beforeEach(() => {
    Logger.overrideLogger(false);
    nowMs = 0;
    pushes = new Pushes(() => nowMs);
  });

  const untilAborted: PushLane = {
    run: (_, stop) =>
      new Promise((resolve) => stop.addEventListener('abort', () => resolve('aborted'), { once: true })),
  };

  it('are trusted while one of the ways is', () => {
    expect(pushes.isTrusted).toBe(false);
    pushes.trust.WEBHOOK.open(0);
    pushes.trust.WEBSOCKET.open(0);
    pushes.trust.WEBHOOK.close();
    expect(pushes.isTrusted).toBe(true);
    pushes.trust.WEBSOCKET.close();
    expect(pushes.isTrusted).toBe(false);
  });

  it('lose their trust when the sweep writes trades that no push brought', async () => {
    pushes.trust.WEBHOOK.open(0);
    const door = pushes.listening(new FreshDoor(stateWith(MINT, 0)));
    const found = [tradeAt(1), tradeAt(2)];
    pushes.trust.WEBHOOK.brought(found.map(({ signature }) => signature));
    await door.apply('global', { trades: found, cursors: [] }, 1);
    nowMs += TRUST_LIMITS.graceMs;
    expect(pushes.isTrusted).toBe(true);
    await door.apply('global', { trades: [tradeAt(3)], cursors: [] }, 1);
    nowMs += TRUST_LIMITS.graceMs;
    expect(pushes.isTrusted).toBe(false);
    expect(pushes.levels()).toEqual([
      { source: 'WEBHOOK', level: 'DOUBTED', missed: 1 },
      { source: 'WEBSOCKET', level: 'SILENT', missed: 0 },
    ]);
  });

  it('end all together when one of them meets another leader', async () => {
    pushes.use([untilAborted, { run: () => Promise.resolve('stale_leader') }]);
    expect(await pushes.run(1, signal)).toBe('stale_leader');
  });

  it('end with the term', async () => {
    const stop = new AbortController();
    pushes.use([untilAborted, untilAborted]);
    const running = pushes.run(1, stop.signal);
    stop.abort();
    expect(await running).toBe('aborted');
  });
});
