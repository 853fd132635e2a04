import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TimerClient } from '../../client/src/timer-client';
import { ask } from '../graphql/ask';
import { counted, mintName, priceText } from '../timer/words';
import type { Chart, Column } from './chart';
import { BucketsDocument } from './operations.generated';

const RANGES = [
  { name: '1 h', bucket: 'MINUTE', bucketMs: 60_000, count: 60 },
  { name: '24 h', bucket: 'FIVE_MINUTES', bucketMs: 300_000, count: 288 },
] as const;

/** What is asked for. */
type Range = (typeof RANGES)[number];

const EVERY_MS = 60_000;
/** After a trade: the history is written a moment later, and others may follow. */
const AFTER_TRADE_MS = 4_000;

/** Trades and price over time. */
export function ChartCard(props: { readonly client: TimerClient | null; readonly told: number }): VNode {
  const [range, setRange] = useState<Range>(RANGES[0]);
  const columns = useColumns(props.client, range, props.told);
  return (
    <section class="card chart" aria-labelledby="chart-title">
      <h2 id="chart-title">Trades and price</h2>
      <div class="ranges" role="group" aria-label="Time shown">
        {RANGES.map((one) => (
          <button key={one.name} type="button" aria-pressed={one === range} onClick={() => setRange(one)}>
            {one.name}
          </button>
        ))}
      </div>
      <Picture columns={columns} />
      <p class="legend">
        <span data-side="BUY">buys</span> <span data-side="SELL">sales</span>{' '}
        <span class="price">
          price
          {columns?.quoteMint === undefined || columns.quoteMint === null
            ? ''
            : ` in ${mintName(columns.quoteMint)}`}
        </span>
      </p>
    </section>
  );
}

interface Columns {
  readonly all: readonly Column[];
  readonly quoteMint: string | null;
}

function useColumns(client: TimerClient | null, range: Range, told: number): Columns | null {
  const [columns, setColumns] = useState<Columns | null>(null);
  const timerId = client?.timerId;
  const [looks, setLooks] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setLooks((count) => count + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (told === 0) return undefined;
    const timer = setTimeout(() => setLooks((count) => count + 1), AFTER_TRADE_MS);
    return () => clearTimeout(timer);
  }, [Math.ceil(told / 2)]);
  useEffect(() => {
    if (timerId === undefined) return;
    const to = Math.floor(client?.now() ?? Date.now());
    const from = to - range.count * range.bucketMs;
    void ask(BucketsDocument, { timerId, from, to, bucket: range.bucket }).then(
      ({ tradeBuckets }) =>
        setColumns({
          all: fill(tradeBuckets, from, to, range.bucketMs),
          quoteMint: tradeBuckets[0]?.quoteMint ?? null,
        }),
      () => undefined,
    );
  }, [timerId, range, looks]);
  return columns;
}

/** Every bucket of the stretch, the empty ones too. */
function fill(
  found: readonly {
    readonly start: number;
    readonly buys: number;
    readonly sells: number;
    readonly close: string | null;
  }[],
  from: number,
  to: number,
  bucketMs: number,
): readonly Column[] {
  const known = new Map(found.map((bucket) => [bucket.start, bucket]));
  const columns: Column[] = [];
  for (let start = Math.floor(from / bucketMs) * bucketMs; start < to; start += bucketMs) {
    const { buys = 0, sells = 0, close = null } = known.get(start) ?? {};
    columns.push({ startSec: start / 1000, buys, sells, price: close === null ? null : Number(close) });
  }
  return columns;
}

function Picture({ columns }: { readonly columns: Columns | null }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const newest = useRef(columns);
  newest.current = columns;
  useEffect(() => {
    let isGone = false;
    void import('./chart').then(({ Chart: Made }) => {
      if (isGone || place.current === null) return;
      chart.current = new Made(place.current);
      if (newest.current !== null) chart.current.show(newest.current.all);
    });
    return () => {
      isGone = true;
      chart.current?.remove();
    };
  }, []);
  useEffect(() => {
    if (columns !== null) chart.current?.show(columns.all);
  }, [columns]);
  return (
    <div
      class="picture"
      role="img"
      aria-label={columns === null ? 'Loading' : inWords(columns)}
      ref={place}
    />
  );
}

function inWords({ all, quoteMint }: Columns): string {
  const sum = (pick: (column: Column) => number): number =>
    all.reduce((total, column) => total + pick(column), 0);
  const prices = all.flatMap(({ price }) => (price === null ? [] : [price]));
  const unit = quoteMint === null ? '' : ` ${mintName(quoteMint)}`;
  const price =
    prices.length === 0
      ? 'No price is known.'
      : `The price went from ${priceText(String(prices[0]))} to ${priceText(String(prices.at(-1)))}${unit}.`;
  return `${counted(
    sum(({ buys }) => buys),
    'buy',
  )} and ${counted(
    sum(({ sells }) => sells),
    'sale',
  )}. ${price}`;
}
