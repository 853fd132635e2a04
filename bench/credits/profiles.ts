import { signatureOf } from '../../test/support/swap-payload';
import { drawFrom } from './virtual-clock';

export const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
/** The pools that are watched beside the mint. */
export const POOLS: readonly [string, string] = [
  '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX',
  '58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2',
];

/** When the simulated day begins; a whole second. */
export const START_MS = 1_800_000_000_000;
export const DAY_MS = 86_400_000;
export const SLOT_MS = 400;
/** Duration of the countdown. */
export const DURATION_MS = 600_000;

export const PROFILES = ['dead', 'quiet', 'steady', 'busy', 'bursts', 'edge'] as const;
export type ProfileName = (typeof PROFILES)[number];

/** A transaction of the simulated chain. */
export interface ChainRow {
  readonly signature: string;
  readonly slot: number;
  readonly blockTimeSec: number;
  readonly isTrade: boolean;
  /** Watched addresses that list it. */
  readonly addresses: readonly string[];
  /** When nodes list it at the earliest, epoch ms. */
  readonly listedAtMs: number;
  /** When nodes find the transaction itself; a little later for some. */
  readonly foundAtMs: number;
}

/** Block time of a slot, epoch seconds. */
export function blockTimeSecOf(slot: number): number {
  return Math.floor((slot * SLOT_MS) / 1000);
}

/** Milliseconds into the day at which trades of a profile happen. */
function tradeTimes(profile: ProfileName, draw: () => number): readonly number[] {
  const spread = (count: number): readonly number[] => Array.from({ length: count }, () => draw() * DAY_MS);
  switch (profile) {
    case 'dead':
      return [];
    case 'quiet':
      return spread(50);
    case 'steady':
      return spread(500);
    case 'busy':
      return spread(10_000);
    case 'bursts':
      return spread(20).flatMap((centre) =>
        Array.from({ length: 100 }, () => Math.min(DAY_MS - 1, centre + draw() * 60_000)),
      );
    case 'edge':
      return edgeTimes(draw);
  }
}

/** One each 9 min 50 s; every fourth comes within the last two seconds before the deadline, or in its very second. */
function edgeTimes(draw: () => number): readonly number[] {
  const times: number[] = [];
  for (let ms = 590_000, number = 1; ms < DAY_MS; number += 1) {
    times.push(ms);
    ms += number % 4 === 0 ? DURATION_MS - Math.floor(draw() * 3) * 1_000 : 590_000;
  }
  return times;
}

/** Where transactions that are no trades fall: within the clumps of `bursts`, or evenly over the day as in the others. */
export type Noise = 'clumped' | 'even';

/** The chain of one day, oldest first: as many transactions that are no trades as trades. */
export function chainOf(profile: ProfileName, noiseIs: Noise): readonly ChainRow[] {
  const draw = drawFrom(PROFILES.indexOf(profile) + 7);
  const trades = tradeTimes(profile, draw);
  const isClumped = profile === 'bursts' && noiseIs === 'clumped';
  const noise = trades.map((ms) => (isClumped ? Math.min(DAY_MS - 1, ms + draw() * 5_000) : draw() * DAY_MS));
  const events = [
    ...trades.map((ms) => ({ ms, isTrade: true })),
    ...noise.map((ms) => ({ ms, isTrade: false })),
  ].sort((a, b) => a.ms - b.ms);
  return events.map(({ ms, isTrade }, at) => rowOf(at, START_MS + ms, isTrade, draw));
}

function rowOf(at: number, atMs: number, isTrade: boolean, draw: () => number): ChainRow {
  const slot = Math.floor(atMs / SLOT_MS);
  // confirmed two slots later, indexed up to a second after that; one in fifty much later, but before it is final
  const listedAtMs = atMs + 2 * SLOT_MS + draw() * 1_000 + (draw() < 0.02 ? draw() * 8_000 : 0);
  const foundAtMs = listedAtMs + (draw() < 0.03 ? draw() * 3_000 : 0);
  const pool = POOLS[draw() < 0.5 ? 0 : 1];
  // three of ten trades are swaps that do not name the mint
  const addresses = isTrade && draw() < 0.3 ? [pool] : draw() < 0.7 ? [MINT, pool] : [MINT];
  return {
    signature: signatureOf(at + 1),
    slot,
    blockTimeSec: blockTimeSecOf(slot),
    isTrade,
    addresses,
    listedAtMs,
    foundAtMs,
  };
}
