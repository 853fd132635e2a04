/** Credits of one hour or day. */
export interface Span {
  readonly start: number;
  readonly credits: number;
}

/** Every hour or day of a stretch, those without a call too; by UTC, as the service sums up. */
export function filled(found: readonly Span[], from: number, to: number, stepMs: number): readonly Span[] {
  const known = new Map(found.map((span) => [span.start, span.credits]));
  const spans: Span[] = [];
  for (let start = Math.floor(from / stepMs) * stepMs; start < to; start += stepMs)
    spans.push({ start, credits: known.get(start) ?? 0 });
  return spans;
}
