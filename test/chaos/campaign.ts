import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine } from '../../src/history/domain/log-lines';
import { eventually } from '../support/eventually';
import { lookFor, readKept, readTruth, SharedState } from './evidence';
import { Fleet } from './fleet';
import type { Calm, History, Look, ToldState } from './history';
import { befall } from './mishaps';
import type { Deed, Fault, Plan } from './plan';
import { Watcher } from './watcher';
import { Workload } from './workload';

const WATCHERS = 6;
const CALM_TRADES = 5;
const CALM_TRADE_EVERY_MS = 1_200;
/** A round that settles, and one look more. */
const SETTLED_WITHIN_MS = 120_000;
const SHOWN_WITHIN_MS = 60_000;

/** How a campaign is run. */
export interface Campaign {
  readonly plan: Plan;
  readonly instances: number;
  /** How long a viewer may differ from the shared state in calm, ms. */
  readonly withinMs: number;
  /** Told what happens. */
  readonly tell: (text: string) => void;
}

/** What a campaign gives. */
export interface Outcome {
  readonly history: History;
  /** Last words of instances that ended by themselves. */
  readonly crashes: readonly string[];
  /** What subscriptions got in place of what they asked for. */
  readonly problems: readonly unknown[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Does to a whole service what a plan says, lets calm return, and gathers what everybody saw. */
export async function campaign({ plan, instances, withinMs, tell }: Campaign): Promise<Outcome> {
  await using fleet = await Fleet.start(instances);
  await using crowd = new Crowd(fleet);
  const workload = new Workload(fleet);
  tell(`${instances} instances run, ${WATCHERS} watchers watch`);
  const beganMs = performance.now();
  const until = async (atMs: number): Promise<void> => {
    await delay(Math.max(0, beganMs + atMs - performance.now()));
  };
  const lanes = Object.values(plan.faults).map(async (faults: readonly Fault[]) => {
    for (const fault of faults) {
      await until(fault.atMs);
      tell(`${Math.round(fault.atMs / 1000)} s: ${fault.kind} for ${fault.forMs} ms`);
      await befall(fleet, fault);
    }
  });
  const deeds = act(plan.deeds, workload, until);
  await Promise.all([...lanes, deeds]);
  tell('calm returns');
  const shared = new SharedState(fleet.world.redis.url);
  try {
    const calm = await becomeCalm({ fleet, crowd, workload, shared, withinMs });
    const history = await gather({ fleet, crowd, workload, calm });
    return outcomeOf({ fleet, crowd, workload, history });
  } finally {
    await shared.close();
  }
}

/** Nobody waits for an answer before somebody else does something; deeds that fail by themselves fail the campaign. */
async function act(
  deeds: readonly Deed[],
  workload: Workload,
  until: (atMs: number) => Promise<void>,
): Promise<void> {
  const open: Promise<void>[] = [];
  const failures: unknown[] = [];
  for (const deed of deeds) {
    await until(deed.atMs);
    open.push(workload.perform(deed).catch((err: unknown) => void failures.push(err)));
  }
  await Promise.all(open);
  if (failures.length > 0) throw new AggregateError(failures, 'the workload failed');
}

/** All who watch, and the looks into Postgres that their being told an end makes. */
class Crowd implements AsyncDisposable {
  readonly watchers: readonly Watcher[];
  private readonly looked = new Set<number>();
  private readonly looks: Promise<Look | null>[] = [];
  private readonly stop = new AbortController();

  constructor(fleet: Fleet) {
    const { balancer, viewers, world } = fleet;
    const look = (round: number): void => {
      if (this.looked.has(round)) return;
      this.looked.add(round);
      this.looks.push(lookFor(world, round, this.stop.signal));
    };
    this.watchers = Array.from(
      { length: WATCHERS },
      (_, at) => new Watcher(`watcher ${at + 1}`, at % 2 === 0 ? balancer.url : viewers.url, look),
    );
  }

  async seenInPostgres(): Promise<Look[]> {
    return (await Promise.all(this.looks)).filter((look) => look !== null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await Promise.all(this.watchers.map((watcher) => watcher.close()));
    await Promise.all(this.looks);
  }
}

interface Scene {
  readonly fleet: Fleet;
  readonly crowd: Crowd;
  readonly workload: Workload;
}

/** Everything is mended; then some more happens, which nobody may miss. */
async function becomeCalm({
  fleet,
  crowd: { watchers },
  workload,
  shared,
  withinMs,
}: Scene & { readonly shared: SharedState; readonly withinMs: number }): Promise<Calm> {
  await fleet.isWell();
  await eventually(
    () => watchers.filter(({ isConnected }) => !isConnected).length,
    (away) => away === 0,
  );
  await eventually(
    () => shared.last,
    (state) => state !== undefined,
  );
  if (shared.last?.status === 'PAUSED') await workload.order('resume', 0);
  await settled(shared);
  const fromMs = performance.now();
  const before = shared.states.length - 1;
  const trades: string[] = [];
  while (trades.length < CALM_TRADES) {
    await delay(CALM_TRADE_EVERY_MS);
    trades.push(await workload.place(true));
  }
  const isTold = ({ trades: told }: Watcher): boolean =>
    trades.every((trade) => told.some((key) => key.startsWith(trade)));
  // the checker says who missed what
  await eventually(
    () => watchers.every(isTold),
    (all) => all,
    SHOWN_WITHIN_MS,
  ).catch(() => undefined);
  await settled(shared);
  const states = shared.states.slice(before);
  const newest = states.at(-1);
  await eventually(
    () => watchers.every(({ states: told }) => newest !== undefined && shows(told, newest)),
    (all) => all,
    withinMs + 100,
  ).catch(() => undefined);
  return { fromMs, toMs: performance.now(), withinMs, shared: states, trades };
}

function shows(told: readonly ToldState[], { epoch, revision }: ToldState): boolean {
  const last = told.at(-1);
  return last !== undefined && (last.epoch - epoch || last.revision - revision) >= 0;
}

/** No round is being closed, and no trade waits for one to be. */
async function settled(shared: SharedState): Promise<void> {
  await eventually(
    async () => {
      // what was told may be newer than the last look
      await shared.look();
      return shared.last?.status !== 'SETTLING' && shared.waitingTrades === 0;
    },
    (isSettled) => isSettled,
    SETTLED_WITHIN_MS,
  );
}

async function gather({ fleet, crowd, workload, calm }: Scene & { readonly calm: Calm }): Promise<History> {
  const { world } = fleet;
  const chain = (await world.chain.transactions())
    .filter(({ expected }) => expected !== 'none')
    .map(({ signature, blockTime }) => ({ signature, blockTimeMs: blockTime * 1000 }));
  // only what is final is read again; what is missing for good the checker names
  const log = await eventually(
    () => readTruth(world),
    (lines) => calm.trades.every((one) => signaturesOf(lines).has(one)),
    SHOWN_WITHIN_MS,
  ).catch(() => readTruth(world));
  await eventually(
    () => readKept(world),
    ({ kept }) => [...signaturesOf(log)].every((one) => kept.has(one)),
    SHOWN_WITHIN_MS,
  ).catch(() => undefined);
  return {
    ...{ log, chain, ...(await readKept(world)), orders: workload.orders, calm },
    viewers: crowd.watchers,
    looks: await crowd.seenInPostgres(),
    hasLostWrites: false,
  };
}

function signaturesOf(log: readonly LogLine[]): ReadonlySet<string> {
  return new Set(log.flatMap((line) => (line.kind === 'trade' ? [line.trade.signature] : [])));
}

function outcomeOf({ fleet, crowd, workload, history }: Scene & { readonly history: History }): Outcome {
  const { watchers } = crowd;
  const outcomes = history.orders.map(({ outcome }) => outcome);
  const count = (wanted: string): number => outcomes.filter((outcome) => outcome === wanted).length;
  return {
    history,
    crashes: fleet.crashes,
    problems: watchers.flatMap(({ problems }) => problems),
    figures: {
      trades: history.chain.length,
      rounds: history.log.filter(({ kind }) => kind === 'end').length,
      epochs: history.calm.shared.at(-1)?.epoch ?? 0,
      orders: { done: count('done'), refused: count('refused'), unknown: count('unknown') },
      pushes: Object.fromEntries(workload.pushes),
      statesTold: watchers.reduce((sum, { states }) => sum + states.length, 0),
      tradesTold: watchers.reduce((sum, { trades }) => sum + trades.length, 0),
      endsTold: watchers.reduce((sum, { ends }) => sum + ends.length, 0),
      connections: watchers.reduce((sum, { connections }) => sum + connections, 0),
    },
  };
}
