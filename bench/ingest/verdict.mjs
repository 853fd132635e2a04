/*
 * What a measurement must show beside its rate: that what waits stays bounded and that memory stays flat. Both are judged
 * on one sample a second, taken after the warm-up.
 */

/** Growth in a minute that counts as flat, as a share of the memory in use. */
const FLAT_SHARE = 0.1;
/** What waits may grow in a minute by what comes in within this, and never hold more than what comes in within that. */
const GROWTH_SEC = 1;
const MOST_SEC = 3;
const SECONDS = 60;

/** Slope of the line that lies nearest to one sample a second, for a minute. */
export function growthPerMinute(samples) {
  const middle = (samples.length - 1) / 2;
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const [moment, spread] = samples.reduce(
    ([top, bottom], sample, at) => [top + (at - middle) * (sample - mean), bottom + (at - middle) ** 2],
    [0, 0],
  );
  return spread === 0 ? 0 : (moment / spread) * SECONDS;
}

export const most = (numbers) => Math.max(...numbers);
export const medianOf = (numbers) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? null;

/** @param samples - MB, one a second after the warm-up */
export function memoryVerdict(samples) {
  const growth = growthPerMinute(samples);
  const median = medianOf(samples);
  return {
    medianMb: median,
    growthMbPerMinute: Math.round(growth * 10) / 10,
    mostGrowthMbPerMinute: Math.round(median * FLAT_SHARE),
    isFlat: growth <= median * FLAT_SHARE,
  };
}

/**
 * @param samples - entries that wait, one a second after the warm-up
 * @param perSecond - entries that come in
 */
export function backlogVerdict(samples, perSecond) {
  const growth = growthPerMinute(samples);
  return {
    most: most(samples),
    median: medianOf(samples),
    growthPerMinute: Math.round(growth),
    cameInPerSecond: Math.round(perSecond),
    isBounded: growth <= perSecond * GROWTH_SEC && most(samples) <= perSecond * MOST_SEC,
  };
}

/** Every goal of a row, by its name. */
export function goalsOf(row, perSecond) {
  return {
    rate: row.wholePerSecond >= perSecond,
    nothingRefused: row.refused === 0,
    everyTradeInPostgres: row.tradesInPostgres === row.tradesExpected,
    inboxBounded: row.backlog.inboxBodies.isBounded,
    streamBounded: row.backlog.streamEntries.isBounded,
    memoryFlat: row.memory.isFlat,
  };
}
