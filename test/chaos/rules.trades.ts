import type { History, SeenBy } from './history';

/** At least once and at most once: every trade since the timer began has one row, and no row is of nothing. */
export function tradesKept({ log, chain, kept }: History): string[] {
  const beginMs = log.flatMap((line) => (line.kind === 'timer' ? [line.origin.lastEndMs] : []))[0] ?? 0;
  const known = new Set(chain.map(({ signature }) => signature));
  const read = new Set(log.flatMap((line) => (line.kind === 'trade' ? [line.trade.signature] : [])));
  const since = chain.filter(({ blockTimeMs }) => blockTimeMs > beginMs).map(({ signature }) => signature);
  return [
    ...since.filter((one) => !kept.has(one)).map((one) => `${one} is on the chain and not in the history`),
    ...[...kept].filter(([, rows]) => rows !== 1).map(([one, rows]) => `${one} has ${rows} rows`),
    ...[...kept.keys()].filter((one) => !known.has(one)).map((one) => `${one} is in the history alone`),
    ...since
      .filter((one) => !read.has(one))
      .map((one) => `${one} was not found when the chain was read again`),
    ...log.flatMap((line) => (line.kind === 'late' ? [`${line.trade} was found too late to count`] : [])),
  ];
}

/** At most once, for every subscriber. */
export function tradesTold({ viewers, hasLostWrites }: History): string[] {
  if (hasLostWrites) return [];
  return viewers.flatMap(({ name, trades }) =>
    repeated(trades).map((trade) => `${name} was told ${trade} more than once`),
  );
}

/** At least once, for everybody who was connected all the while. */
export function calmTold({ viewers, calm }: History): string[] {
  return viewers.flatMap(({ name, trades }: SeenBy) => {
    const told = new Set(trades.map((key) => key.split(':')[0]));
    return calm.trades.filter((one) => !told.has(one)).map((one) => `${name} was not told ${one}`);
  });
}

/** What is in a list more than once. */
export function repeated<Item>(items: readonly Item[]): Item[] {
  const once = new Set<Item>();
  const twice = new Set<Item>();
  for (const item of items) {
    if (once.has(item)) twice.add(item);
    once.add(item);
  }
  return [...twice];
}
