import { built } from './built.mjs';
import { timerId } from './database.mjs';

const { CSV } = built('http/trade.formats.js');

/** Formats every row as the route does, and throws the text away. */
export async function measureExport(history, exportRows) {
  global.gc?.();
  const stop = new AbortController();
  const rssMib = () => process.memoryUsage().rss / 2 ** 20;
  const before = rssMib();
  const samples = [];
  let [count, bytes] = [0, 0];
  const startedAt = performance.now();
  for await (const trades of history.exportTrades(timerId, {}, stop.signal)) {
    for (const trade of trades) bytes += CSV.line(trade).length;
    count += trades.length;
    if (count % 10_000 === 0) samples.push(rssMib());
    if (count >= exportRows) break;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const half = Math.floor(samples.length / 2);
  const peak = (some) => Math.round(Math.max(...some, 0));
  return {
    rows: count,
    rowsPerSecond: Math.round(count / seconds),
    mibPerSecond: Number((bytes / 2 ** 20 / seconds).toFixed(1)),
    peakRssMib: peak(samples),
    rssBeforeMib: Math.round(before),
    peakRssOfHalvesMib: [peak(samples.slice(0, half)), peak(samples.slice(half))],
  };
}
