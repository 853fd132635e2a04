/** `1 234 567`, with thin spaces. */
export function grouped(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `12.3 k`, `4.5 M`; whole below a thousand. */
export function briefly(number: number): string {
  const steps: readonly (readonly [number, string])[] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  const [size, letter] = steps.find(([least]) => Math.abs(number) >= least) ?? [1, ''];
  const value = number / size;
  return `${size === 1 ? Math.round(value) : Number(value.toPrecision(3))}${letter === '' ? '' : `\u202f${letter}`}`;
}

/** `45 %` of a share of 0 to 1. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** Milliseconds as seconds for a field. */
export function secondsOf(ms: number | null): string {
  return ms === null ? '' : String(ms / 1000);
}

/** Seconds of a field as milliseconds; undefined where nothing was typed. */
export function msOf(seconds: string): number | undefined {
  return seconds.trim() === '' ? undefined : Math.round(Number(seconds) * 1000);
}
