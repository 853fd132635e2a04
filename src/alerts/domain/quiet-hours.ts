/** When warnings wait; times of day as HH:MM in an IANA time zone. */
export interface QuietTimes {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/**
 * Until when a warning of `nowMs` waits; null where it does not. Equal times are a whole day of no quiet at all. On a day
 * on which clocks are changed the end may be an hour off.
 */
export function quietUntilMs(quiet: QuietTimes | null, nowMs: number): number | null {
  if (quiet === null) return null;
  const now = minuteOfDay(nowMs, quiet.timeZone);
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const isQuiet = from <= to ? now >= from && now < to : now >= from || now < to;
  if (!isQuiet) return null;
  const minutes = (to - now + DAY_MINUTES) % DAY_MINUTES;
  return nowMs - (nowMs % MINUTE_MS) + minutes * MINUTE_MS;
}

function minuteOfDay(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return minutesOf(format.format(atMs));
}

function minutesOf(timeOfDay: string): number {
  const [hours = '0', minutes = '0'] = timeOfDay.split(':');
  return Number(hours) * 60 + Number(minutes);
}
