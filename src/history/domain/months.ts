/** A calendar month in UTC, counted from January of the year 0. */
export type Month = number;

/** The month that holds an instant, epoch ms. */
export function monthOf(ms: number): Month {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The first instant of a month, epoch ms. */
export function startOf(month: Month): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1);
}

/** The month as it stands in names of partitions: `2026_11`. */
export function monthName(month: Month): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}_${String((month % 12) + 1).padStart(2, '0')}`;
}

/** The month of a partition by its name; null where the name is no such. */
export function monthIn(name: string): Month | null {
  const match = /_(\d{4})_(\d{2})$/.exec(name);
  return match === null ? null : Number(match[1]) * 12 + Number(match[2]) - 1;
}

/** The oldest month that is kept at `nowMs`, when `months` whole months are kept beside the running one. */
export function oldestKept(nowMs: number, months: number): Month {
  return monthOf(nowMs) - months;
}
