import type { Env } from '../config/env';
import type { RedisService } from '../platform/redis/redis.service';
import type { TimerService } from '../timer/timer.service';
import type { ChainClock, ChainObserver } from './chain-observer';
import type { ChainSource } from './chain-reader';
import { completenessWithin } from './domain/budget';
import { WEBHOOK_EVENT } from './domain/credits';
import type { ChainTarget } from './domain/chain-target';
import type { Helius } from './helius/helius.factory';
import { KEEPER_PACE, WebhookKeeper } from './helius/webhook.keeper';
import type { IngestService } from './ingest.service';
import { purposeIs } from './purpose-of-call';
import { Pushes } from './pushes';
import type { PushLane } from './pushes';
import type { TrustLimits } from './domain/push-trust';
import { InboxStore } from './redis/inbox.store';
import type { ReadingPolicy } from './reading-policy';
import type { CreditMeter } from './rpc/credit-meter';
import { PushDesk } from './sources/push-desk';
import { ReadingList } from './sources/reading-list';
import type { TimerMemories } from './sources/timer-memory';
import { WebhookSource } from './sources/webhook.source';
import { WebSocketSource } from './sources/websocket.source';

/** What pushes are built from. */
export interface PushNeeds {
  readonly env: Pick<Env, 'instanceId'>;
  readonly target: ChainTarget;
  readonly chain: ChainSource;
  readonly meter: Pick<CreditMeter, 'count'>;
  readonly redis: Pick<RedisService, 'commands' | 'connectBlocking' | 'keyPrefix'>;
  readonly clock: Pick<ChainClock, 'now'>;
  readonly timers: Pick<TimerService, 'list' | 'reading' | 'apply' | 'learn'>;
  readonly ingest: IngestService;
  readonly observer: Pick<ChainObserver, 'heardOf'>;
  readonly memories: TimerMemories;
  /** Null where there is no webhook to keep. */
  readonly helius: Helius | null;
  /** Default: the limits of production. */
  readonly trust?: TrustLimits;
  /** The settings in force, and how the month's credits stand. */
  readonly policy: Pick<ReadingPolicy, 'monitoring' | 'budget'>;
}

/** Puts together all ways in which transactions are pushed. */
export function pushesOf(needs: PushNeeds): Pushes {
  const { chain, ingest, memories, timers, trust } = needs;
  const pushes = new Pushes(undefined, trust);
  const list = new ReadingList(timers);
  const desk = new PushDesk({ timers, chain, ingest, memories, list });
  pushes.use([
    inboxLane(needs, pushes, desk),
    socketLane(needs, pushes, { desk, list }),
    ...keeperLanes(needs, pushes, list),
  ]);
  return pushes;
}

/** Bodies are worked whether the mode is on or not: a webhook may be kept by hand. */
function inboxLane({ env, redis, meter }: PushNeeds, pushes: Pushes, desk: PushDesk): PushLane {
  return new WebhookSource({
    inbox: new InboxStore(redis.commands, redis.keyPrefix),
    blocking: redis.connectBlocking('inbox'),
    desk,
    trust: pushes.trust.WEBHOOK,
    onEvents: (count) =>
      purposeIs('webhook', () => meter.count({ method: WEBHOOK_EVENT, endpoint: 'helius-push' }, count)),
    onBacklog: (isBehind) => (pushes.isBehind = isBehind),
    instanceId: env.instanceId,
  });
}

function socketLane(
  { target, clock, meter, policy, observer }: PushNeeds,
  pushes: Pushes,
  { desk, list }: { desk: PushDesk; list: ReadingList },
): PushLane {
  return new WebSocketSource({
    target,
    desk,
    list,
    trust: pushes.trust.WEBSOCKET,
    onGap: () => pushes.onWanted(),
    onSlot: (slot) => observer.heardOf(slot),
    // what is streamed is billed, too
    isWanted: () => policy.monitoring().sources.websocket && policy.budget() !== 'spent',
    isFetching: () => completenessWithin(policy.monitoring().completeness, policy.budget()) === 'FULL',
    onCall: (method, endpoint) => purposeIs('look', () => meter.count({ method, endpoint })),
    nowMs: () => clock.now(),
  });
}

function keeperLanes(
  { helius, clock, policy }: PushNeeds,
  pushes: Pushes,
  list: ReadingList,
): readonly PushLane[] {
  if (helius === null) return [];
  const keeper = new WebhookKeeper({
    ...helius,
    trust: pushes.trust.WEBHOOK,
    isWanted: () => policy.monitoring().sources.webhook,
    addresses: () => list.addresses(),
    nowMs: () => clock.now(),
    pace: KEEPER_PACE,
  });
  return [{ run: (_, signal) => keeper.run(signal) }];
}
