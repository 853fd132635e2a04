const DAY_MS = 86_400_000;

/** The calendar month, by UTC, that a time lies in; credits are counted by it. Epoch ms. */
export function monthOf(nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { startMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
}

/** Credits at the month's end if every day to come is like the last 24 hours. */
export function forecastOf(usedThisMonth: number, lastDay: number, nowMs: number): number {
  const daysLeft = (monthOf(nowMs).endMs - nowMs) / DAY_MS;
  return Math.round(usedThisMonth + lastDay * daysLeft);
}
