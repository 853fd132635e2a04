import type { ResultRow } from './row';

const HEAD = [
  'policy',
  'mode',
  'completeness',
  'profile',
  'inst',
  'credits',
  'older prices',
  'saved',
  'missed',
  'false ends',
  'phantoms',
  'p50 s',
  'p99 s',
  'max s',
];

/** A table for people; `saved` is against naive polling of as many instances. */
export function tableOf(rows: readonly ResultRow[]): string {
  const lines = [HEAD, ...rows.map((row) => cellsOf(row, naiveBeside(row, rows)))];
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => (at < 4 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

/** Share of naive polling's credits that a row saves, in percent; null where naive polling was not played. */
export function savedBy(row: ResultRow, naive: ResultRow | undefined): number | null {
  return naive === undefined ? null : 100 * (1 - row.credits / naive.credits);
}

function naiveBeside({ profile, instances }: ResultRow, rows: readonly ResultRow[]): ResultRow | undefined {
  return rows.find((row) => row.policy === 'naive' && row.profile === profile && row.instances === instances);
}

function cellsOf(row: ResultRow, naive: ResultRow | undefined): readonly string[] {
  const saved = savedBy(row, naive);
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  return [
    row.policy,
    row.mode,
    row.completeness,
    row.profile,
    String(row.instances),
    String(row.credits),
    String(row.creditsBefore),
    saved === null ? '' : `${saved.toFixed(2)} %`,
    String(row.missed),
    String(row.falseEndings),
    String(row.phantomResets),
    seconds(row.latencyMs.p50),
    seconds(row.latencyMs.p99),
    seconds(row.latencyMs.max),
  ];
}
