import { quietUntilMs } from './quiet-hours';

const at = (text: string): number => Date.parse(`2026-01-15T${text}Z`);
const NIGHT = { from: '22:00', to: '06:30', timeZone: 'UTC' };

describe('quietUntilMs', () => {
  it.each<[string, string | null]>([
    ['21:59:59', null],
    ['22:00:00', '2026-01-16T06:30:00.000Z'],
    ['23:59:59', '2026-01-16T06:30:00.000Z'],
    ['00:00:00', '2026-01-15T06:30:00.000Z'],
    ['06:29:59', '2026-01-15T06:30:00.000Z'],
    ['06:30:00', null],
  ])('over midnight, at %s, is %s', (time, until) => {
    const untilMs = quietUntilMs(NIGHT, at(time));
    expect(untilMs === null ? null : new Date(untilMs).toISOString()).toBe(until);
  });

  it('knows days and time zones', () => {
    const lunch = { from: '12:00', to: '13:00', timeZone: 'Asia/Tokyo' };
    expect(quietUntilMs(lunch, at('03:15:00'))).toBe(at('04:00:00'));
    expect(quietUntilMs(lunch, at('12:15:00'))).toBeNull();
  });

  it('is never where nothing is set, or both times are the same', () => {
    expect(quietUntilMs(null, at('03:00:00'))).toBeNull();
    expect(quietUntilMs({ ...NIGHT, to: '22:00' }, at('22:00:00'))).toBeNull();
  });
});
