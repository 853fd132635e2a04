import type { Env } from '../config/env';
import type { RedisService } from '../platform/redis/redis.service';
import type { TimerService } from '../timer/timer.service';
import { ChainObserver } from './chain-observer';
import type { ChainClock } from './chain-observer';
import type { ChainTarget } from './domain/chain-target';
import { planNamed } from './domain/credits';
import { IngestService } from './ingest.service';
import { ObservedStore } from './redis/observed.store';
import { chainSourceOf } from './rpc/chain-source';
import type { CreditMeter } from './rpc/credit-meter';
import { pushesOf } from './push.factory';
import type { Helius } from './helius/helius.factory';
import type { Pushes } from './pushes';
import type { ReadingPolicy } from './reading-policy';
import { READING_PACE_DEFAULT } from './reading.pace';
import type { ReadingPace } from './reading.pace';
import { Settler } from './settler';
import { PollingSource } from './sources/polling.source';
import { RowJudge } from './sources/row-judge';
import type { TimerDoor } from './sources/timer-door';
import { TimerMemories } from './sources/timer-memory';
import { Watcher } from './watcher';

/** The demo chain plays a trade every few seconds and costs nothing. */
const DEMO_INTERVAL_MS = 2_000;

/** What a watcher is built from. */
export interface WatcherNeeds {
  readonly env: Pick<
    Env,
    'instanceId' | 'timerSettleCommitment' | 'timerSettleMarginMs' | 'timerSettleTimeoutMs'
  >;
  readonly target: ChainTarget;
  readonly meter: CreditMeter;
  readonly redis: Pick<RedisService, 'commands' | 'connectBlocking' | 'keyPrefix'>;
  readonly clock: ChainClock;
  readonly timers: Pick<TimerService, 'list' | keyof TimerDoor>;
  readonly policy: ReadingPolicy;
  /** What keeps our webhook; null where there is none to keep. */
  readonly helius: Helius | null;
  /** Default: the pace of production. */
  readonly pace?: ReadingPace;
}

/** The policy with what pushes do for it; the demo chain is looked at as often as it plays, unless an interval is set. */
function policyWith(policy: ReadingPolicy, pushes: Pushes, isDemo: boolean): ReadingPolicy {
  return {
    budget: () => policy.budget(),
    viewers: (timerId) => policy.viewers(timerId),
    isPushed: () => pushes.isTrusted,
    isPushBehind: () => pushes.isBehind,
    creditsExhausted: (forMs) => policy.creditsExhausted(forMs),
    monitoring: () => {
      const monitoring = policy.monitoring();
      const fallbackMs = isDemo ? DEMO_INTERVAL_MS : null;
      return { ...monitoring, fixedIntervalMs: monitoring.fixedIntervalMs ?? fallbackMs };
    },
  };
}

/** Calls a second that the plan answers which the settings name now. */
function rateOf(policy: ReadingPolicy, clock: ChainClock): () => number | null {
  return () => planNamed(policy.monitoring().planName, clock.now())?.callsPerSecond ?? null;
}

/** Puts together what reads a target's chain while leading; null where the chain is off. */
export function watcherOf({
  env,
  target,
  meter,
  redis,
  clock,
  timers,
  policy,
  helius,
  pace = READING_PACE_DEFAULT,
}: WatcherNeeds): Watcher | null {
  if (target.kind === 'off') return null;
  const observer = new ChainObserver(clock);
  const chain = chainSourceOf(target, meter, pace.rpc, rateOf(policy, clock));
  const ingest = new IngestService(observer);
  const judge = new RowJudge(chain, ingest, observer, () => performance.now());
  const memories = new TimerMemories();
  const rules = {
    commitment: env.timerSettleCommitment,
    marginMs: env.timerSettleMarginMs,
    timeoutMs: env.timerSettleTimeoutMs,
  };
  const reading = { env, target, chain, meter, redis, clock, timers, ingest, observer, memories, helius };
  const pushes = pushesOf({ ...reading, policy, trust: pace.trust });
  const door = pushes.listening(timers);
  return new Watcher({
    list: timers,
    endpoints: chain.endpoints,
    timers,
    polling: new PollingSource(chain, door, judge, observer, pushes),
    settler: new Settler(chain, door, judge, observer, rules),
    observer,
    memories,
    rules,
    policy: policyWith(policy, pushes, target.kind === 'demo'),
    clock: pace.clock,
    pushes,
    observed: new ObservedStore(redis.commands, redis.keyPrefix),
  });
}
