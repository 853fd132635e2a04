import { percent } from '../parts/numbers';

/** A measured value in its unit: `12 s`, `45 %`, `3 events`. */
export function measured(value: number, unit: string): string {
  if (unit === 'ratio') return percent(value);
  const rounded = Number(value.toFixed(2));
  if (unit === 'seconds') return `${rounded} s`;
  if (rounded !== 1) return `${rounded} ${unit}`;
  return `1 ${unit.replace(/ies$/, 'y').replace(/s$/, '')}`;
}
