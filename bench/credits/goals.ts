import { firstSettings } from '../../src/settings/domain/first-settings';
import { POLLING_MODES } from '../../src/settings/domain/settings';
import type { IntervalBounds, PollingMode } from '../../src/settings/domain/settings';
import { DURATION_MS } from './profiles';
import type { ResultRow } from './row';
import { savedBy } from './table';

/** One goal, and whether it was met; `worst` names what came nearest to missing it. */
export interface Goal {
  readonly goal: string;
  readonly isMet: boolean;
  readonly worst: string;
}

/** All that was played. */
export interface Played {
  readonly rows: readonly ResultRow[];
  readonly broken: readonly ResultRow[];
  /** Days on which the provider switches the webhook off. */
  readonly switchedOff: readonly ResultRow[];
  readonly seconds: number;
}

const LONGEST_SECONDS = 300;
/** What detection may take beyond the interval. */
const SLACK_MS = 5_000;
/** A trade right after a look is seen by the look at its own deadline, once the chain can be asked. */
const SEEN_AFTER_MS = 15_000;

const BOUNDS: Readonly<Record<PollingMode, IntervalBounds>> = firstSettings({
  chainReadingEnabled: true,
  heliusWebhookMode: false,
  rateLimitMaxRequests: 100,
  rateLimitWindowMs: 60_000,
  rateLimitingEnabled: true,
  solanaPollingIntervalMs: null,
}).monitoring.bounds;

/** Judges a whole run by what was promised. */
export function goalsOf({ rows, broken, switchedOff, seconds }: Played): readonly Goal[] {
  const ours = rows.filter(({ policy }) => policy === 'ours');
  return [
    noneOf('missed', 'no counting trade is missed', ours),
    noneOf('falseEndings', 'no round ends falsely', ours),
    noneOf('phantomResets', 'no reset is a phantom', ours),
    saving('BALANCED', 95, rows, () => true),
    saving('ECONOMY', 99, rows, () => true),
    saving('WEBHOOK', 99, rows, ({ profile }) => profile !== 'busy' && profile !== 'bursts'),
    soonEnough(ours),
    caughtUp(switchedOff, rows),
    missedByBroken(broken),
    {
      goal: `all of it is played within ${LONGEST_SECONDS} s`,
      isMet: seconds <= LONGEST_SECONDS,
      worst: `${seconds} s`,
    },
  ];
}

/** The goals for people. */
export function goalLines(goals: readonly Goal[]): string {
  return goals
    .map(({ goal, isMet, worst }) => `${isMet ? 'met   ' : 'MISSED'}  ${goal}: ${worst}`)
    .join('\n');
}

function noneOf(
  field: 'missed' | 'falseEndings' | 'phantomResets',
  goal: string,
  rows: readonly ResultRow[],
): Goal {
  const total = rows.reduce((sum, row) => sum + row[field], 0);
  return { goal, isMet: rows.length > 0 && total === 0, worst: `${total} in ${rows.length} days` };
}

/** Against naive polling on three instances, with completeness DEADLINE. */
function saving(
  mode: ResultRow['mode'],
  percent: number,
  rows: readonly ResultRow[],
  isHeld: (row: ResultRow) => boolean,
): Goal {
  const naive = rows.filter((row) => row.policy === 'naive' && row.instances === 3);
  const saved = rows
    .filter((row) => row.policy === 'ours' && row.mode === mode && row.instances === 3)
    .filter((row) => row.completeness === 'DEADLINE' && isHeld(row))
    .map((row) => ({
      row,
      saved:
        savedBy(
          row,
          naive.find(({ profile }) => profile === row.profile),
        ) ?? 0,
    }));
  const worst = saved.toSorted((a, b) => a.saved - b.saved)[0];
  return {
    goal: `${mode} saves at least ${percent} %`,
    isMet: worst !== undefined && worst.saved >= percent,
    worst: worst === undefined ? 'not played' : `${worst.saved.toFixed(2)} % in ${worst.row.profile}`,
  };
}

/** In ECONOMY the look at the deadline is all there is; behind pushes the intervals are those of BALANCED. */
function longestMs({ mode }: ResultRow): number {
  if (mode === 'ECONOMY') return DURATION_MS + SEEN_AFTER_MS;
  const bounds = BOUNDS[POLLING_MODES.find((name) => name === mode) ?? 'BALANCED'];
  return bounds.maxMs + SLACK_MS;
}

function soonEnough(rows: readonly ResultRow[]): Goal {
  const worst = rows
    .map((row) => ({ row, share: row.latencyMs.p99 / longestMs(row) }))
    .toSorted((a, b) => b.share - a.share)[0];
  return {
    goal: 'the 99th percentile of detection is within the longest interval and 5 s (ECONOMY: the look at the deadline)',
    isMet: worst !== undefined && worst.share <= 1,
    worst:
      worst === undefined
        ? 'not played'
        : `${(worst.row.latencyMs.p99 / 1000).toFixed(1)} s of ${longestMs(worst.row) / 1000} s in ${worst.row.mode}, ${worst.row.profile}`,
  };
}

/** Silence is noticed, polling goes on, and the webhook is switched on again: else the day cost what polling costs. */
function caughtUp(days: readonly ResultRow[], rows: readonly ResultRow[]): Goal {
  const naive = rows.find(
    ({ policy, instances, profile }) => policy === 'naive' && instances === 3 && profile === days[0]?.profile,
  );
  const wrong = days.reduce((sum, row) => sum + row.missed + row.falseEndings + row.phantomResets, 0);
  const saved = Math.min(...days.map((row) => savedBy(row, naive) ?? 0));
  return {
    goal: 'a webhook that is switched off misses nothing, is switched on again, and saves at least 99 %',
    isMet: days.length > 0 && wrong === 0 && saved >= 99,
    worst: `${wrong} missed or false, ${saved.toFixed(2)} %`,
  };
}

/** Where there are trades, a scheduler that forgets deadlines must miss some; else nothing here could fail. */
function missedByBroken(broken: readonly ResultRow[]): Goal {
  const withTrades = broken.filter(({ profile }) => profile !== 'dead');
  const least = withTrades.toSorted((a, b) => a.missed - b.missed)[0];
  return {
    goal: 'a scheduler that forgets deadlines misses trades',
    isMet: least !== undefined && least.missed > 0,
    worst: least === undefined ? 'not played' : `${least.missed} at least, in ${least.profile}`,
  };
}
