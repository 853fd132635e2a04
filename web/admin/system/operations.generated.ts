// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How bad it is. */
export type AlertSeverity =
  /** Never waits. */
  | 'CRITICAL'
  /** Waits for the end of quiet hours. */
  | 'WARNING';

/** How something is. */
export type Health =
  /** Something is wrong, and is coped with. */
  | 'DEGRADED'
  /** As it should be. */
  | 'HEALTHY'
  /** It cannot be used. */
  | 'UNHEALTHY';

/** How far pushes are relied on. */
export type PushTrust =
  /** The lists had a trade that no push brought; they are looked at more often. */
  | 'DOUBTED'
  /** Nothing is expected of them: switched off, not connected, or failing. */
  | 'SILENT'
  /** They bring what happens; the lists are looked at slowly, as the proof. */
  | 'TRUSTED';

/** How a trade came to our attention first; it decides nothing. */
export type TradeSource =
  /** By reading the past again. */
  | 'BACKFILL'
  /** By asking a Solana RPC endpoint. */
  | 'POLLING'
  /** By a push of Helius. */
  | 'WEBHOOK'
  /** By a subscription at a Solana RPC endpoint. */
  | 'WEBSOCKET';

export type StatusFieldsFragment = {
  readonly at: number;
  readonly health: Health;
  readonly problems: ReadonlyArray<string>;
  readonly environment: string;
  readonly version: string;
  readonly settingsVersion: number;
  readonly timers: number;
  readonly viewers: number;
  readonly redis: {
    readonly health: Health;
    readonly latencyMs: number | null;
    readonly problem: string | null;
  };
  readonly postgres: {
    readonly health: Health;
    readonly latencyMs: number | null;
    readonly problem: string | null;
  };
  readonly historian: {
    readonly health: Health;
    readonly lagEntries: number | null;
    readonly lastCommitAt: number | null;
    readonly mismatches: number;
    readonly setAside: number;
  };
  readonly clock: {
    readonly health: Health;
    readonly now: number;
    readonly hostAheadMs: number;
    readonly suspect: boolean;
  };
  readonly chain: {
    readonly kind: string;
    readonly health: Health;
    readonly note: string | null;
    readonly lastSeenAt: number | null;
    readonly lastSlot: number | null;
    readonly pending: number;
    readonly leader: { readonly instanceId: string; readonly fencingToken: number } | null;
    readonly endpoints: ReadonlyArray<{
      readonly name: string;
      readonly usable: boolean;
      readonly latencyMs: number | null;
      readonly errorRatio: number;
      readonly slot: number | null;
    }>;
    readonly sources: ReadonlyArray<{
      readonly source: TradeSource;
      readonly enabled: boolean;
      readonly trust: PushTrust | null;
      readonly missedTrades: number | null;
    }>;
  };
  readonly instances: ReadonlyArray<{
    readonly id: string;
    readonly alive: boolean;
    readonly answering: boolean;
    readonly leader: boolean;
    readonly roles: ReadonlyArray<string>;
    readonly startedAt: number;
    readonly lastSeenAt: number;
    readonly memoryBytes: number;
    readonly eventLoopDelayMs: number;
    readonly sockets: number;
    readonly clockSuspect: boolean;
    readonly version: string;
    readonly nodeVersion: string;
  }>;
};

export type AlertFieldsFragment = {
  readonly id: string;
  readonly rule: string | null;
  readonly subject: string | null;
  readonly severity: AlertSeverity;
  readonly unit: string;
  readonly value: number;
  readonly threshold: number;
  readonly firing: boolean;
  readonly firedAt: number;
  readonly recoveredAt: number | null;
  readonly instance: string;
  readonly context: ReadonlyArray<{ readonly name: string; readonly value: string | null }>;
};

export type SystemStatusQueryVariables = Exact<{ [key: string]: never }>;

export type SystemStatusQuery = {
  readonly systemStatus: {
    readonly at: number;
    readonly health: Health;
    readonly problems: ReadonlyArray<string>;
    readonly environment: string;
    readonly version: string;
    readonly settingsVersion: number;
    readonly timers: number;
    readonly viewers: number;
    readonly redis: {
      readonly health: Health;
      readonly latencyMs: number | null;
      readonly problem: string | null;
    };
    readonly postgres: {
      readonly health: Health;
      readonly latencyMs: number | null;
      readonly problem: string | null;
    };
    readonly historian: {
      readonly health: Health;
      readonly lagEntries: number | null;
      readonly lastCommitAt: number | null;
      readonly mismatches: number;
      readonly setAside: number;
    };
    readonly clock: {
      readonly health: Health;
      readonly now: number;
      readonly hostAheadMs: number;
      readonly suspect: boolean;
    };
    readonly chain: {
      readonly kind: string;
      readonly health: Health;
      readonly note: string | null;
      readonly lastSeenAt: number | null;
      readonly lastSlot: number | null;
      readonly pending: number;
      readonly leader: { readonly instanceId: string; readonly fencingToken: number } | null;
      readonly endpoints: ReadonlyArray<{
        readonly name: string;
        readonly usable: boolean;
        readonly latencyMs: number | null;
        readonly errorRatio: number;
        readonly slot: number | null;
      }>;
      readonly sources: ReadonlyArray<{
        readonly source: TradeSource;
        readonly enabled: boolean;
        readonly trust: PushTrust | null;
        readonly missedTrades: number | null;
      }>;
    };
    readonly instances: ReadonlyArray<{
      readonly id: string;
      readonly alive: boolean;
      readonly answering: boolean;
      readonly leader: boolean;
      readonly roles: ReadonlyArray<string>;
      readonly startedAt: number;
      readonly lastSeenAt: number;
      readonly memoryBytes: number;
      readonly eventLoopDelayMs: number;
      readonly sockets: number;
      readonly clockSuspect: boolean;
      readonly version: string;
      readonly nodeVersion: string;
    }>;
  };
};

export type SystemStatusChangedSubscriptionVariables = Exact<{ [key: string]: never }>;

export type SystemStatusChangedSubscription = {
  readonly systemStatusChanged: {
    readonly at: number;
    readonly health: Health;
    readonly problems: ReadonlyArray<string>;
    readonly environment: string;
    readonly version: string;
    readonly settingsVersion: number;
    readonly timers: number;
    readonly viewers: number;
    readonly redis: {
      readonly health: Health;
      readonly latencyMs: number | null;
      readonly problem: string | null;
    };
    readonly postgres: {
      readonly health: Health;
      readonly latencyMs: number | null;
      readonly problem: string | null;
    };
    readonly historian: {
      readonly health: Health;
      readonly lagEntries: number | null;
      readonly lastCommitAt: number | null;
      readonly mismatches: number;
      readonly setAside: number;
    };
    readonly clock: {
      readonly health: Health;
      readonly now: number;
      readonly hostAheadMs: number;
      readonly suspect: boolean;
    };
    readonly chain: {
      readonly kind: string;
      readonly health: Health;
      readonly note: string | null;
      readonly lastSeenAt: number | null;
      readonly lastSlot: number | null;
      readonly pending: number;
      readonly leader: { readonly instanceId: string; readonly fencingToken: number } | null;
      readonly endpoints: ReadonlyArray<{
        readonly name: string;
        readonly usable: boolean;
        readonly latencyMs: number | null;
        readonly errorRatio: number;
        readonly slot: number | null;
      }>;
      readonly sources: ReadonlyArray<{
        readonly source: TradeSource;
        readonly enabled: boolean;
        readonly trust: PushTrust | null;
        readonly missedTrades: number | null;
      }>;
    };
    readonly instances: ReadonlyArray<{
      readonly id: string;
      readonly alive: boolean;
      readonly answering: boolean;
      readonly leader: boolean;
      readonly roles: ReadonlyArray<string>;
      readonly startedAt: number;
      readonly lastSeenAt: number;
      readonly memoryBytes: number;
      readonly eventLoopDelayMs: number;
      readonly sockets: number;
      readonly clockSuspect: boolean;
      readonly version: string;
      readonly nodeVersion: string;
    }>;
  };
};

export type FiringAlertsQueryVariables = Exact<{ [key: string]: never }>;

export type FiringAlertsQuery = {
  readonly alerts: ReadonlyArray<{
    readonly id: string;
    readonly rule: string | null;
    readonly subject: string | null;
    readonly severity: AlertSeverity;
    readonly unit: string;
    readonly value: number;
    readonly threshold: number;
    readonly firing: boolean;
    readonly firedAt: number;
    readonly recoveredAt: number | null;
    readonly instance: string;
    readonly context: ReadonlyArray<{ readonly name: string; readonly value: string | null }>;
  }>;
};

export type AlertChangedSubscriptionVariables = Exact<{ [key: string]: never }>;

export type AlertChangedSubscription = {
  readonly alertChanged: {
    readonly id: string;
    readonly rule: string | null;
    readonly subject: string | null;
    readonly severity: AlertSeverity;
    readonly unit: string;
    readonly value: number;
    readonly threshold: number;
    readonly firing: boolean;
    readonly firedAt: number;
    readonly recoveredAt: number | null;
    readonly instance: string;
    readonly context: ReadonlyArray<{ readonly name: string; readonly value: string | null }>;
  };
};

/** query SystemStatus */
export const SystemStatusDocument: Operation<SystemStatusQuery, SystemStatusQueryVariables> =
  'query SystemStatus{systemStatus{...StatusFields}}fragment StatusFields on SystemStatus{at health problems environment version settingsVersion timers viewers redis{health latencyMs problem}postgres{health latencyMs problem}historian{health lagEntries lastCommitAt mismatches setAside}clock{health now hostAheadMs suspect}chain{kind health note lastSeenAt lastSlot pending leader{instanceId fencingToken}endpoints{name usable latencyMs errorRatio slot}sources{source enabled trust missedTrades}}instances{id alive answering leader roles startedAt lastSeenAt memoryBytes eventLoopDelayMs sockets clockSuspect version nodeVersion}}';

/** subscription SystemStatusChanged */
export const SystemStatusChangedDocument: Operation<
  SystemStatusChangedSubscription,
  SystemStatusChangedSubscriptionVariables
> =
  'subscription SystemStatusChanged{systemStatusChanged{...StatusFields}}fragment StatusFields on SystemStatus{at health problems environment version settingsVersion timers viewers redis{health latencyMs problem}postgres{health latencyMs problem}historian{health lagEntries lastCommitAt mismatches setAside}clock{health now hostAheadMs suspect}chain{kind health note lastSeenAt lastSlot pending leader{instanceId fencingToken}endpoints{name usable latencyMs errorRatio slot}sources{source enabled trust missedTrades}}instances{id alive answering leader roles startedAt lastSeenAt memoryBytes eventLoopDelayMs sockets clockSuspect version nodeVersion}}';

/** query FiringAlerts */
export const FiringAlertsDocument: Operation<FiringAlertsQuery, FiringAlertsQueryVariables> =
  'query FiringAlerts{alerts(firing:true first:100){...AlertFields}}fragment AlertFields on Alert{id rule subject severity unit value threshold firing firedAt recoveredAt instance context{name value}}';

/** subscription AlertChanged */
export const AlertChangedDocument: Operation<AlertChangedSubscription, AlertChangedSubscriptionVariables> =
  'subscription AlertChanged{alertChanged{...AlertFields}}fragment AlertFields on Alert{id rule subject severity unit value threshold firing firedAt recoveredAt instance context{name value}}';
