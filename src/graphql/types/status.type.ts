import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { Health as Kept } from '../../admin/domain/status';
import type { PushLevel as Level } from '../../solana/domain/push-trust';
import type { TradeSource as Source } from '../../timer/domain/trade';
import { EpochMs, Slot } from '../scalars';
import { TradeSource } from './enums';

/** The public names of how something is. */
export const Health: { readonly [Name in Uppercase<Kept>]: Name } = {
  HEALTHY: 'HEALTHY',
  DEGRADED: 'DEGRADED',
  UNHEALTHY: 'UNHEALTHY',
};
/** One of them. */
export type HealthName = Uppercase<Kept>;

registerEnumType(Health, {
  name: 'Health',
  description: 'How something is.',
  valuesMap: {
    HEALTHY: { description: 'As it should be.' },
    DEGRADED: { description: 'Something is wrong, and is coped with.' },
    UNHEALTHY: { description: 'It cannot be used.' },
  },
});

/** The public names of how far pushes are trusted. */
export const PushTrust: { readonly [Name in Level]: Name } = {
  TRUSTED: 'TRUSTED',
  DOUBTED: 'DOUBTED',
  SILENT: 'SILENT',
};

registerEnumType(PushTrust, {
  name: 'PushTrust',
  description: 'How far pushes are relied on.',
  valuesMap: {
    TRUSTED: { description: 'They bring what happens; the lists are looked at slowly, as the proof.' },
    DOUBTED: { description: 'The lists had a trade that no push brought; they are looked at more often.' },
    SILENT: { description: 'Nothing is expected of them: switched off, not connected, or failing.' },
  },
});

/** GraphQL's `Instance`. */
@ObjectType({ description: 'One running process of the deployment, as it told last.' })
export class Instance {
  @Field(() => ID, { description: 'INSTANCE_ID, or the name that was made at its start.' })
  readonly id: string;

  @Field(() => [String], { description: 'What it does: api, watcher, historian.' })
  readonly roles: readonly string[];

  @Field(() => String, { description: 'Version of the service.' })
  readonly version: string;

  @Field(() => String, { description: 'Version of Node.js.' })
  readonly nodeVersion: string;

  @Field(() => EpochMs, { description: 'When it started.' })
  readonly startedAt: number;

  @Field(() => EpochMs, { description: 'When it was heard of last; it tells every two seconds.' })
  readonly lastSeenAt: number;

  @Field(() => Boolean, {
    description:
      'Heard of within ten seconds. One that was not is shown for ten minutes, unless it stopped in order.',
  })
  readonly alive: boolean;

  @Field(() => Boolean, { description: 'Whether it is the one that answers.' })
  readonly answering: boolean;

  @Field(() => Boolean, { description: 'Whether it reads the chain for all.' })
  readonly leader: boolean;

  @Field(() => Boolean, { description: 'Whether the shared clock is suspect there.' })
  readonly clockSuspect: boolean;

  @Field(() => Int, { description: 'Open GraphQL sockets.' })
  readonly sockets: number;

  @Field(() => Float, { description: 'Resident memory, bytes; an integer.' })
  readonly memoryBytes: number;

  @Field(() => Float, { description: 'Largest delay of its event loop since it told before, ms.' })
  readonly eventLoopDelayMs: number;
}

/** GraphQL's `ServerStatus`. */
@ObjectType({ description: 'A server that the service stands on, as seen by the instance that answers.' })
export class ServerStatus {
  @Field(() => Health, { description: 'How it is.' })
  readonly health: HealthName;

  @Field(() => Int, { nullable: true, description: 'How long it took to answer, ms; null: no answer.' })
  readonly latencyMs: number | null;

  @Field(() => String, { nullable: true, description: 'What is wrong; null: nothing.' })
  readonly problem: string | null;
}

/** GraphQL's `ClockStatus`. */
@ObjectType({ description: 'The shared clock, on the instance that answers.' })
export class ClockStatus {
  @Field(() => Health, { description: 'DEGRADED while it is suspect.' })
  readonly health: HealthName;

  @Field(() => EpochMs, { description: 'Shared time now.' })
  readonly now: number;

  @Field(() => Boolean, {
    description: 'True from a large step of Redis TIME until it is explained, or confirmed by confirmClock.',
  })
  readonly suspect: boolean;

  @Field(() => Int, { description: 'How far the clock of the computer is ahead of it, ms.' })
  readonly hostAheadMs: number;
}

/** GraphQL's `Leader`. */
@ObjectType({ description: 'The instance that reads the chain for all.' })
export class Leader {
  @Field(() => ID, { description: 'Which instance.' })
  readonly instanceId: string;

  @Field(() => Float, { description: 'Rises with each change of leader; an integer.' })
  readonly fencingToken: number;
}

/** GraphQL's `SourceStatus`. */
@ObjectType({ description: 'A way on which trades are heard of.' })
export class SourceStatus {
  @Field(() => TradeSource, { description: 'Which.' })
  readonly source: Source;

  @Field(() => Boolean, { description: 'Whether it is switched on by the settings.' })
  readonly enabled: boolean;

  @Field(() => PushTrust, {
    nullable: true,
    description: 'How far its pushes are trusted, as the leader told last; null where nothing is pushed.',
  })
  readonly trust: Level | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Trades that the sweep found and it missed; null as trust.',
  })
  readonly missedTrades: number | null;
}

/** GraphQL's `EndpointStatus`. */
@ObjectType({ description: 'An RPC endpoint, as the leader told last.' })
export class EndpointStatus {
  @Field(() => String, { description: 'Safe to show.' })
  readonly name: string;

  @Field(() => Boolean, { description: 'False while its circuit breaker is open.' })
  readonly usable: boolean;

  @Field(() => Slot, { nullable: true, description: 'Highest slot that it named; null: none yet.' })
  readonly slot: number | null;

  @Field(() => Int, { nullable: true, description: 'Moving average of its answers, ms; null: none yet.' })
  readonly latencyMs: number | null;

  @Field(() => Float, { description: 'Share of failed calls among the last ones, 0 to 1.' })
  readonly errorRatio: number;
}

/** GraphQL's `ChainStatus`. */
@ObjectType({ description: 'Reading of the chain, from what was last observed.' })
export class ChainStatus {
  @Field(() => Health, { description: 'How it goes.' })
  readonly health: HealthName;

  @Field(() => String, { description: 'Which chain: rpc, demo or off.' })
  readonly kind: string;

  @Field(() => String, {
    nullable: true,
    description: 'What is wrong, or what the demo chain plays; null: nothing to say.',
  })
  readonly note: string | null;

  @Field(() => Slot, { nullable: true, description: 'Highest slot that was seen; null: none yet.' })
  readonly lastSlot: number | null;

  @Field(() => EpochMs, { nullable: true, description: 'Last good answer of an endpoint; null: none yet.' })
  readonly lastSeenAt: number | null;

  @Field(() => Int, { description: 'Transactions that were seen and wait to be judged.' })
  readonly pending: number;

  @Field(() => Leader, { nullable: true, description: 'Who reads; null: nobody.' })
  readonly leader: Leader | null;

  @Field(() => [SourceStatus], { description: 'Ways on which trades are heard of.' })
  readonly sources: readonly SourceStatus[];

  @Field(() => [EndpointStatus], { description: 'RPC endpoints in order of preference.' })
  readonly endpoints: readonly EndpointStatus[];
}

/** GraphQL's `HistorianStatus`. */
@ObjectType({ description: 'Writing of the history, as seen by the instance that answers.' })
export class HistorianStatus {
  @Field(() => Health, { description: 'How it goes.' })
  readonly health: HealthName;

  @Field(() => Float, {
    nullable: true,
    description: 'Entries that are not in Postgres yet, an integer; null while Redis cannot be asked.',
  })
  readonly lagEntries: number | null;

  @Field(() => EpochMs, { nullable: true, description: 'Its last commit on that instance; null: none yet.' })
  readonly lastCommitAt: number | null;

  @Field(() => Int, {
    description: 'Events that came twice with other content, since that instance started.',
  })
  readonly mismatches: number;

  @Field(() => Int, { description: 'Entries set aside because they cannot be written, since it started.' })
  readonly setAside: number;
}

/** GraphQL's `SystemStatus`. */
@ObjectType({ description: 'How the whole deployment is, for operators.' })
export class SystemStatus {
  @Field(() => EpochMs, { description: 'Shared time of this picture.' })
  readonly at: number;

  @Field(() => Health, { description: 'The whole.' })
  readonly health: HealthName;

  @Field(() => [String], { description: 'Everything that is wrong, for people; empty where nothing is.' })
  readonly problems: readonly string[];

  @Field(() => String, { description: 'Version of the service on the instance that answers.' })
  readonly version: string;

  @Field(() => String, { description: 'NODE_ENV of that instance.' })
  readonly environment: string;

  @Field(() => Int, { description: 'Version of the settings in force there.' })
  readonly settingsVersion: number;

  @Field(() => Int, { description: 'How many timers exist.' })
  readonly timers: number;

  @Field(() => Int, { description: 'Viewers of all timers over all instances.' })
  readonly viewers: number;

  @Field(() => ServerStatus, { description: 'Redis.' })
  readonly redis: ServerStatus;

  @Field(() => ServerStatus, { description: 'Postgres.' })
  readonly postgres: ServerStatus;

  @Field(() => ClockStatus, { description: 'The shared clock.' })
  readonly clock: ClockStatus;

  @Field(() => ChainStatus, { description: 'Reading of the chain.' })
  readonly chain: ChainStatus;

  @Field(() => HistorianStatus, { description: 'Writing of the history.' })
  readonly historian: HistorianStatus;

  @Field(() => [Instance], { description: 'All instances, by id.' })
  readonly instances: readonly Instance[];
}
