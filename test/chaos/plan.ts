/** One thing that is done to the whole, and for how long. */
export interface Fault {
  readonly atMs: number;
  readonly forMs: number;
  readonly kind: FaultKind;
  /** Which instance or link; taken modulo what there is. */
  readonly which: number;
  /** How much: slots, calls, ms of delay; the kind says what. */
  readonly amount: number;
}

/** What somebody of the workload does. */
export interface Deed {
  readonly atMs: number;
  readonly kind: 'trade' | 'noise' | 'burst' | 'push' | 'storm' | ActKind;
  readonly which: number;
}

/** What admins do. */
export type ActKind = 'reset' | 'force' | 'pause' | 'resume' | 'duration' | 'rules' | 'settings';

/** Faults by what they befall; each group has one at a time, and groups overlap. */
export const FAULTS = {
  process: [
    ...(['kill instance', 'stop instance', 'freeze instance', 'replace all'] as const),
    ...(['kill redis', 'stop redis', 'freeze redis'] as const),
    ...(['kill postgres', 'stop postgres', 'freeze postgres'] as const),
  ],
  chain: [
    ...(['lag', 'refuse with 429', 'fail with 500', 'drop answers', 'reorder rows'] as const),
    ...(['hide transactions', 'list late', 'stand still'] as const),
  ],
  link: [
    ...(['slow redis', 'cut redis', 'half-open redis', 'tear redis'] as const),
    ...(['slow postgres', 'cut postgres', 'half-open postgres', 'tear postgres'] as const),
    ...(['slow chain', 'cut chain', 'half-open chain', 'tear chain'] as const),
    ...(['slow viewers', 'cut viewers', 'half-open viewers', 'tear viewers'] as const),
  ],
} as const;

/** What is done to the whole. */
export type FaultKind = (typeof FAULTS)[keyof typeof FAULTS][number];

/** Everything that is going to happen in a run. */
export interface Plan {
  readonly faults: Readonly<Record<keyof typeof FAULTS, readonly Fault[]>>;
  readonly deeds: readonly Deed[];
}

/** Longer than a lease lasts that its holder does not give back. */
const LEASE_OUTLIVED_MS = 12_000;
/** A round's longest duration, and what settling takes after it. */
const QUIET_MS = 100_000;
const QUIET_EVERY_MS = 190_000;
/** Acts in that first part of a quiet spell would only keep the round from ending. */
const NO_ACTS_MS = 82_000;
const ACTS: readonly ActKind[] = [
  'reset',
  'force',
  'pause',
  'resume',
  'resume',
  'duration',
  'rules',
  'settings',
];
const DEEDS = ['trade', 'trade', 'trade', 'trade', 'noise', 'burst', 'push', 'push', 'storm'] as const;

/** Draws what happens in `lengthMs` from a seed: the same seed gives the same plan. Pure. */
export function planOf(seed: number, lengthMs: number): Plan {
  const quiet = quietSpells(lengthMs);
  return {
    faults: {
      process: faults(new Dice(seed, 1), FAULTS.process, lengthMs),
      chain: faults(new Dice(seed, 2), FAULTS.chain, lengthMs),
      link: faults(new Dice(seed, 3), FAULTS.link, lengthMs),
    },
    deeds: [...trades(new Dice(seed, 4), lengthMs, quiet), ...acts(new Dice(seed, 5), lengthMs, quiet)].sort(
      (a, b) => a.atMs - b.atMs,
    ),
  };
}

/** Every kind comes once before one comes again, in an order of the seed's. */
function faults(dice: Dice, kinds: readonly FaultKind[], lengthMs: number): Fault[] {
  const drawn: Fault[] = [];
  let left: FaultKind[] = [];
  for (let atMs = dice.between(1_000, 4_000); atMs < lengthMs;) {
    if (left.length === 0) left = [...kinds];
    const kind = left.splice(dice.below(left.length), 1)[0] ?? 'kill instance';
    const longMs = kind === 'freeze instance' ? LEASE_OUTLIVED_MS : 0;
    const forMs = longMs + dice.between(500, longMs > 0 ? 3_000 : 9_000);
    drawn.push({ atMs, forMs, kind, which: dice.below(1_000), amount: dice.between(1, 20) });
    atMs += forMs + dice.between(1_000, 6_000);
  }
  return drawn;
}

function quietSpells(lengthMs: number): readonly number[] {
  const spells: number[] = [];
  for (let atMs = QUIET_EVERY_MS - QUIET_MS; atMs + QUIET_MS < lengthMs; atMs += QUIET_EVERY_MS)
    spells.push(atMs);
  return spells;
}

function trades(dice: Dice, lengthMs: number, quiet: readonly number[]): Deed[] {
  const deeds: Deed[] = [];
  for (let atMs = 0; atMs < lengthMs; atMs += dice.between(200, 2_500)) {
    if (quiet.some((from) => atMs >= from && atMs < from + QUIET_MS)) continue;
    deeds.push({ atMs, kind: dice.of(DEEDS), which: dice.below(1_000) });
  }
  return deeds;
}

function acts(dice: Dice, lengthMs: number, quiet: readonly number[]): Deed[] {
  // a paused round does not end
  const deeds = quiet.map((atMs): Deed => ({ atMs, kind: 'resume', which: 0 }));
  for (let atMs = 2_000; atMs < lengthMs; atMs += dice.between(1_500, 9_000)) {
    if (quiet.some((from) => atMs >= from && atMs < from + NO_ACTS_MS)) continue;
    deeds.push({ atMs, kind: dice.of(ACTS), which: dice.below(1_000) });
  }
  return deeds;
}

/** Numbers that a seed decides; each stream of a seed has its own. */
class Dice {
  private state: number;

  constructor(seed: number, stream: number) {
    this.state = Math.imul(seed ^ Math.imul(stream, 0x9e3779b9), 0x85ebca6b) >>> 0;
  }

  /** From 0 to `count` - 1. */
  below(count: number): number {
    // a Weyl sequence, mixed until every bit of it depends on all
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  of<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
    const found = items[this.below(items.length)];
    if (found === undefined) throw new Error('nothing to draw from');
    return found;
  }
}
