import { chainOf, DAY_MS, DURATION_MS, MINT, POOLS, START_MS } from './profiles';
import type { ChainRow, Noise, ProfileName } from './profiles';
import { latencyOf, pricesOf } from './row';
import type { ResultRow } from './row';
import { truthOf } from './truth';
import type { Truth } from './truth';

const END_MS = START_MS + DAY_MS;

/** A countdown as pollers keep it: the clock ends it, and whatever is found resets it. */
class LocalTimer {
  falseEndings = 0;
  phantomResets = 0;
  readonly latencies: number[] = [];
  readonly recorded = new Set<string>();
  private deadlineMs = START_MS + DURATION_MS;
  private lastTradeMs = START_MS;
  private isOver = false;

  constructor(private readonly rows: readonly ChainRow[]) {}

  /** The clock goes on: past the deadline the round is over, whether or not a trade before it is still to be found. */
  passTo(nowMs: number): void {
    if (this.isOver || nowMs <= this.deadlineMs) return;
    this.isOver = true;
    const isFalse = this.rows.some(
      ({ isTrade, blockTimeSec }) =>
        isTrade && blockTimeSec * 1000 > this.lastTradeMs && blockTimeSec * 1000 <= this.deadlineMs,
    );
    if (isFalse) this.falseEndings += 1;
  }

  /** A trade is found at `nowMs`; the countdown begins again from `fromMs`. */
  found({ signature, blockTimeSec }: ChainRow, nowMs: number, fromMs: number): void {
    const blockTimeMs = blockTimeSec * 1000;
    const isOld = blockTimeMs < this.lastTradeMs || (this.isOver && blockTimeMs <= this.deadlineMs);
    if (isOld) this.phantomResets += 1;
    this.recorded.add(`${signature}:0`);
    this.latencies.push(nowMs - blockTimeMs);
    this.lastTradeMs = Math.max(this.lastTradeMs, blockTimeMs);
    this.deadlineMs = fromMs + DURATION_MS;
    this.isOver = false;
  }
}

/** Naive polling: every 3 s on every instance, one list for each address, each new signature fetched once. */
export function playNaive(profile: ProfileName, instances: number, noise: Noise): ResultRow {
  const rows = chainOf(profile, noise);
  const polls = (DAY_MS / 3_000) * instances;
  const calls = new Map([
    ['getSignaturesForAddress', polls * (1 + POOLS.length)],
    ['getTransaction', rows.length * instances],
  ]);
  const timer = new LocalTimer(rows);
  const byListing = rows.toSorted((a, b) => a.listedAtMs - b.listedAtMs);
  let next = 0;
  for (let nowMs = START_MS; nowMs < END_MS; nowMs += 3_000 / instances) {
    timer.passTo(nowMs);
    for (let row = byListing[next]; row !== undefined && row.listedAtMs <= nowMs; row = byListing[++next]) {
      // the transaction that is not found yet was seen: it is never asked for again by this instance
      if (row.isTrade && row.foundAtMs <= nowMs) timer.found(row, nowMs, row.blockTimeSec * 1000);
    }
  }
  return rowOf(
    { policy: 'naive', mode: 'FIXED', profile, instances },
    calls,
    timer,
    truthOf(rows, END_MS + 3_600_000),
  );
}

/** Intervals of the public peer: shortest, longest and first, ms. */
export const PEER_MODES = {
  CONSERVATIVE: [60_000, 300_000, 120_000],
  BALANCED: [30_000, 120_000, 60_000],
  AGGRESSIVE: [15_000, 60_000, 30_000],
  ULTRA: [10_000, 30_000, 15_000],
} as const;

/** The peer's rule: the mint alone, five rows, three looked at, up to the first trade, on every instance. */
export function playPeer(
  profile: ProfileName,
  mode: keyof typeof PEER_MODES,
  instances: number,
  noise: Noise,
): ResultRow {
  const rows = chainOf(profile, noise);
  const timer = new LocalTimer(rows);
  const listed = rows.filter(({ addresses }) => addresses.includes(MINT));
  const calls = new Map([
    ['getSignaturesForAddress', 0],
    ['getTransaction', 0],
  ]);
  const pollers = Array.from(
    { length: instances },
    (_, at) => new Poller(listed, mode, START_MS + at * 1_000),
  );
  for (;;) {
    const poller = pollers.reduce((a, b) => (b.nextMs < a.nextMs ? b : a));
    const nowMs = poller.nextMs;
    if (nowMs >= END_MS) break;
    timer.passTo(nowMs);
    poller.poll(timer, calls);
  }
  return rowOf({ policy: 'peer', mode, profile, instances }, calls, timer, truthOf(rows, END_MS + 3_600_000));
}

class Poller {
  private readonly seen = new Set<string>();
  private readonly bounds: readonly [number, number];
  private intervalMs: number;
  private lastTradeAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly listed: readonly ChainRow[],
    mode: keyof typeof PEER_MODES,
    public nextMs: number,
  ) {
    const [minMs, maxMs, firstMs] = PEER_MODES[mode];
    this.bounds = [minMs, maxMs];
    this.intervalMs = firstMs;
  }

  poll(timer: LocalTimer, calls: Map<string, number>): void {
    const nowMs = this.nextMs;
    count(calls, 'getSignaturesForAddress');
    const unseen = this.newest(nowMs).filter(({ signature }) => !this.seen.has(signature));
    for (const row of unseen.slice(0, 3)) {
      this.seen.add(row.signature);
      count(calls, 'getTransaction');
      if (!row.isTrade || row.foundAtMs > nowMs) continue;
      timer.found(row, nowMs, nowMs);
      this.lastTradeAtMs = nowMs;
      break;
    }
    const ageMs = nowMs - this.lastTradeAtMs;
    const factor = ageMs < 300_000 ? 0.7 : ageMs < 900_000 ? 0.8 : 1;
    this.intervalMs = Math.min(this.bounds[1], Math.max(this.bounds[0], this.intervalMs * factor));
    this.nextMs = nowMs + this.intervalMs;
  }

  private newest(nowMs: number): readonly ChainRow[] {
    const found: ChainRow[] = [];
    let [low, high] = [0, this.listed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.listed[middle]?.slot ?? Infinity) * 400 <= nowMs) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && found.length < 5; at -= 1) {
      const row = this.listed[at];
      if (row !== undefined && row.listedAtMs <= nowMs) found.push(row);
    }
    return found;
  }
}

function count(calls: Map<string, number>, method: string): void {
  calls.set(method, (calls.get(method) ?? 0) + 1);
}

function rowOf(
  about: Pick<ResultRow, 'policy' | 'mode' | 'profile' | 'instances'>,
  calls: ReadonlyMap<string, number>,
  timer: LocalTimer,
  { rounds }: Truth,
): ResultRow {
  return {
    ...about,
    completeness: 'FULL',
    ...pricesOf(calls),
    missed: [...rounds.keys()].filter((key) => !timer.recorded.has(key)).length,
    falseEndings: timer.falseEndings,
    phantomResets: timer.phantomResets,
    latencyMs: latencyOf(timer.latencies),
  };
}
