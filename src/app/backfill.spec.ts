import { readOrder } from './backfill.arguments';
import { ProgressBar } from './progress-bar';

describe('readOrder', () => {
  it('reads slots, times with a zone and dates', () => {
    expect(readOrder(['--from', '300000000', '--timer', 'global', '--rate', '25', '--again'])).toEqual({
      from: { kind: 'slot', slot: 300_000_000 },
      to: null,
      timerId: 'global',
      callsPerSecond: 25,
      isAgain: true,
    });
    expect(readOrder(['--from', '2026-11-01', '--to', '2026-11-02T03:04:05+01:00'])).toMatchObject({
      from: { kind: 'time', ms: Date.UTC(2026, 10, 1) },
      to: { kind: 'time', ms: Date.UTC(2026, 10, 2, 2, 4, 5) },
      callsPerSecond: 10,
      isAgain: false,
    });
  });

  it.each([
    [[], '--from'],
    [['--from', '2026-11-01T00:00:00'], '--from'],
    [['--from', '1', '--to', 'soon'], '--to'],
    [['--from', '1', '--rate', '0'], '--rate'],
    [['--from', '1', '--timer'], '--timer'],
    [['--since', '1'], '--since'],
  ])('names what is wrong with %j', (argv, word) => {
    expect(readOrder(argv)).toContain(word);
  });
});

describe('ProgressBar', () => {
  function shown(isTTY: boolean, draw: (bar: ProgressBar) => void): string {
    let [text, nowMs] = ['', 0];
    const out = { isTTY, write: (part: string) => (text += part) };
    draw(new ProgressBar(out, () => (nowMs += 1_000)));
    return text;
  }

  it('draws in one place on a terminal', () => {
    const text = shown(true, (bar) => {
      bar.show(0.5, 'half');
      bar.show(1, 'all');
      bar.end();
    });
    expect(text.split('\r').at(-1)).toBe(`\u001b[K[${'#'.repeat(30)}] 100 %  all\n`);
    expect(text).toContain(`[${'#'.repeat(15)}${'.'.repeat(15)}]  50 %  half`);
  });

  it('writes a line now and then anywhere else', () => {
    const text = shown(false, (bar) => {
      for (let turn = 0; turn < 10; turn += 1) bar.show(turn / 10, `turn ${turn}`);
      bar.show(1, 'all');
      bar.end();
    });
    expect(text).toBe('0 %  turn 0\n50 %  turn 5\n100 %  all\n');
  });
});
