// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A new timer; it runs at once unless it is created paused. */
export type CreateTimerInput = {
  /** Whether trades move it (default); false: it ends by the shared clock alone. */
  readonly chainReading?: boolean | null | undefined;
  /** Length of the countdown in ms, 60000 to TIMER_MAX_DURATION; default TIMER_DEFAULT_DURATION. */
  readonly durationMs?: number | null | undefined;
  /** Slug, ^[a-z0-9][a-z0-9-]{0,62}$; an id is given once, for ever. */
  readonly id: string;
  /** Whether it waits, with its full duration, to be resumed; default false. */
  readonly paused?: boolean | null | undefined;
  /** Why; kept in the history. */
  readonly reason?: string | null | undefined;
  /** Which trades count, and how; default: every trade resets. */
  readonly rules?: ResetRulesInput | null | undefined;
  /** Mint to watch. */
  readonly tokenAddress: string;
  /** Pools or vaults to read beside the mint; more are learned. */
  readonly watchedAddresses?: ReadonlyArray<string> | null | undefined;
};

/** What a counting trade does to the deadline. */
export type ResetMode =
  /** Adds extendByMs, up to maxRemainingMs from the block time. */
  | 'EXTEND'
  /** The full duration again, from the block time. */
  | 'RESET';

/** Rules; what is absent keeps its value, or has its default in a new timer. */
export type ResetRulesInput = {
  /** Milliseconds that EXTEND adds; default 60000. */
  readonly extendByMs?: number | null | undefined;
  /** Most milliseconds left after an EXTEND; null: no cap. */
  readonly maxRemainingMs?: number | null | undefined;
  /** Smallest token amount that counts, in whole tokens; default 0. */
  readonly minAmount?: string | null | undefined;
  /** RESET (default) or EXTEND. */
  readonly mode?: ResetMode | null | undefined;
  /** Which sides count; default both. */
  readonly sides?: ReadonlyArray<TradeSide> | null | undefined;
};

/** What happened to a timer. */
export type TimerEventType =
  /** Duration, rules or token were changed. */
  | 'CONFIGURED'
  /** The timer was made. */
  | 'CREATED'
  /** The timer was deleted. */
  | 'DELETED'
  /** A round ended. */
  | 'EXPIRED'
  /** The deadline moved by a trade in EXTEND mode. */
  | 'EXTENDED'
  /** A trade was found too late to count; it changed nothing. */
  | 'LATE_TRADE'
  /** An admin stopped the time. */
  | 'PAUSED'
  /** The state was rebuilt after data was lost. */
  | 'RECOVERED'
  /** The deadline moved by a trade in RESET mode, or by an admin. */
  | 'RESET'
  /** An admin let the time go on. */
  | 'RESUMED'
  /** The deadline passed; the chain is being read up to it. */
  | 'SETTLING'
  /** A round opened. */
  | 'STARTED';

/** Where a timer stands at serverTime. */
export type TimerStatus =
  /** The round is over; the next counting trade opens another. */
  | 'EXPIRED'
  /** An admin has stopped the time; trades are history only. */
  | 'PAUSED'
  /** A round is open and its deadline is not past. */
  | 'RUNNING'
  /** The deadline is past and the chain is still being read up to it: the round may be saved. */
  | 'SETTLING';

/** Which way the trader exchanged the token. */
export type TradeSide =
  /** The trader got the token. */
  | 'BUY'
  /** The trader gave the token. */
  | 'SELL';

/** Changes of a timer; what is absent or null stays. */
export type UpdateTimerInput = {
  /** Length of the countdown in ms; holds for later trades. */
  readonly durationMs?: number | null | undefined;
  /** Refuse with CONFLICT where the epoch is another. */
  readonly expectedEpoch?: number | null | undefined;
  /** Refuse with CONFLICT where the revision is another. */
  readonly expectedRevision?: number | null | undefined;
  /** Lets a token change end a settling round void; default false. */
  readonly force?: boolean | null | undefined;
  /** Which timer. */
  readonly id?: string;
  /** Why; kept in the history. */
  readonly reason?: string | null | undefined;
  /** Rules; they hold for later trades. */
  readonly rules?: ResetRulesInput | null | undefined;
  /** Another mint; ends the open round void. */
  readonly tokenAddress?: string | null | undefined;
};

export type PanelTimerFragment = {
  readonly id: string;
  readonly tokenAddress: string;
  readonly watchedAddresses: ReadonlyArray<string>;
  readonly status: TimerStatus;
  readonly round: number;
  readonly epoch: number;
  readonly revision: number;
  readonly durationMs: number;
  readonly startedAt: number;
  readonly deadline: number | null;
  readonly remainingMs: number;
  readonly serverTime: number;
  readonly waitingTrades: number;
  readonly viewers: number;
  readonly stale: boolean;
  readonly rules: {
    readonly sides: ReadonlyArray<TradeSide>;
    readonly minAmount: string;
    readonly mode: ResetMode;
    readonly extendByMs: number;
    readonly maxRemainingMs: number | null;
  };
  readonly lastTrade: {
    readonly signature: string;
    readonly side: TradeSide;
    readonly amount: string;
    readonly trader: string;
    readonly blockTime: number;
    readonly program: string;
  } | null;
};

export type PanelTimersQueryVariables = Exact<{ [key: string]: never }>;

export type PanelTimersQuery = {
  readonly timers: ReadonlyArray<{
    readonly id: string;
    readonly tokenAddress: string;
    readonly watchedAddresses: ReadonlyArray<string>;
    readonly status: TimerStatus;
    readonly round: number;
    readonly epoch: number;
    readonly revision: number;
    readonly durationMs: number;
    readonly startedAt: number;
    readonly deadline: number | null;
    readonly remainingMs: number;
    readonly serverTime: number;
    readonly waitingTrades: number;
    readonly viewers: number;
    readonly stale: boolean;
    readonly rules: {
      readonly sides: ReadonlyArray<TradeSide>;
      readonly minAmount: string;
      readonly mode: ResetMode;
      readonly extendByMs: number;
      readonly maxRemainingMs: number | null;
    };
    readonly lastTrade: {
      readonly signature: string;
      readonly side: TradeSide;
      readonly amount: string;
      readonly trader: string;
      readonly blockTime: number;
      readonly program: string;
    } | null;
  }>;
};

export type PanelTimerByIdQueryVariables = Exact<{
  id: string;
}>;

export type PanelTimerByIdQuery = {
  readonly timer: {
    readonly id: string;
    readonly tokenAddress: string;
    readonly watchedAddresses: ReadonlyArray<string>;
    readonly status: TimerStatus;
    readonly round: number;
    readonly epoch: number;
    readonly revision: number;
    readonly durationMs: number;
    readonly startedAt: number;
    readonly deadline: number | null;
    readonly remainingMs: number;
    readonly serverTime: number;
    readonly waitingTrades: number;
    readonly viewers: number;
    readonly stale: boolean;
    readonly rules: {
      readonly sides: ReadonlyArray<TradeSide>;
      readonly minAmount: string;
      readonly mode: ResetMode;
      readonly extendByMs: number;
      readonly maxRemainingMs: number | null;
    };
    readonly lastTrade: {
      readonly signature: string;
      readonly side: TradeSide;
      readonly amount: string;
      readonly trader: string;
      readonly blockTime: number;
      readonly program: string;
    } | null;
  } | null;
};

export type PanelTimerUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;

export type PanelTimerUpdatedSubscription = {
  readonly timerUpdated: {
    readonly id: string;
    readonly tokenAddress: string;
    readonly watchedAddresses: ReadonlyArray<string>;
    readonly status: TimerStatus;
    readonly round: number;
    readonly epoch: number;
    readonly revision: number;
    readonly durationMs: number;
    readonly startedAt: number;
    readonly deadline: number | null;
    readonly remainingMs: number;
    readonly serverTime: number;
    readonly waitingTrades: number;
    readonly viewers: number;
    readonly stale: boolean;
    readonly rules: {
      readonly sides: ReadonlyArray<TradeSide>;
      readonly minAmount: string;
      readonly mode: ResetMode;
      readonly extendByMs: number;
      readonly maxRemainingMs: number | null;
    };
    readonly lastTrade: {
      readonly signature: string;
      readonly side: TradeSide;
      readonly amount: string;
      readonly trader: string;
      readonly blockTime: number;
      readonly program: string;
    } | null;
  };
};

export type TimerPastQueryVariables = Exact<{
  id: string;
}>;

export type TimerPastQuery = {
  readonly rounds: {
    readonly nodes: ReadonlyArray<{
      readonly number: number;
      readonly startedAt: number;
      readonly endedAt: number | null;
      readonly trades: number;
      readonly resets: number;
      readonly volume: string;
      readonly complete: boolean;
      readonly void: boolean;
      readonly winner: string | null;
    }>;
  };
  readonly timerEvents: {
    readonly nodes: ReadonlyArray<{
      readonly id: string;
      readonly type: TimerEventType;
      readonly at: number;
      readonly round: number;
      readonly actor: string;
      readonly reason: string | null;
      readonly trade: { readonly side: TradeSide; readonly amount: string; readonly trader: string } | null;
    }>;
  };
};

export type CreateTimerMutationVariables = Exact<{
  input: CreateTimerInput;
}>;

export type CreateTimerMutation = { readonly createTimer: { readonly timer: { readonly id: string } } };

export type UpdateTimerMutationVariables = Exact<{
  input: UpdateTimerInput;
}>;

export type UpdateTimerMutation = {
  readonly updateTimer: {
    readonly timer: {
      readonly id: string;
      readonly tokenAddress: string;
      readonly watchedAddresses: ReadonlyArray<string>;
      readonly status: TimerStatus;
      readonly round: number;
      readonly epoch: number;
      readonly revision: number;
      readonly durationMs: number;
      readonly startedAt: number;
      readonly deadline: number | null;
      readonly remainingMs: number;
      readonly serverTime: number;
      readonly waitingTrades: number;
      readonly viewers: number;
      readonly stale: boolean;
      readonly rules: {
        readonly sides: ReadonlyArray<TradeSide>;
        readonly minAmount: string;
        readonly mode: ResetMode;
        readonly extendByMs: number;
        readonly maxRemainingMs: number | null;
      };
      readonly lastTrade: {
        readonly signature: string;
        readonly side: TradeSide;
        readonly amount: string;
        readonly trader: string;
        readonly blockTime: number;
        readonly program: string;
      } | null;
    };
  };
};

export type DeleteTimerMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;

export type DeleteTimerMutation = { readonly deleteTimer: { readonly timer: { readonly id: string } } };

export type ResetTimerMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
  force: boolean;
}>;

export type ResetTimerMutation = { readonly resetTimer: { readonly timer: { readonly id: string } } };

export type PauseTimerMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;

export type PauseTimerMutation = { readonly pauseTimer: { readonly timer: { readonly id: string } } };

export type ResumeTimerMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;

export type ResumeTimerMutation = { readonly resumeTimer: { readonly timer: { readonly id: string } } };

export type AddWatchedAddressMutationVariables = Exact<{
  timerId: string;
  address: string;
  reason?: string | null | undefined;
}>;

export type AddWatchedAddressMutation = {
  readonly addWatchedAddress: { readonly timer: { readonly id: string } };
};

export type RemoveWatchedAddressMutationVariables = Exact<{
  timerId: string;
  address: string;
  reason?: string | null | undefined;
}>;

export type RemoveWatchedAddressMutation = {
  readonly removeWatchedAddress: { readonly timer: { readonly id: string } };
};

/** query PanelTimers */
export const PanelTimersDocument: Operation<PanelTimersQuery, PanelTimersQueryVariables> =
  'query PanelTimers{timers{...PanelTimer}}fragment PanelTimer on Timer{id tokenAddress watchedAddresses status round epoch revision durationMs startedAt deadline remainingMs serverTime waitingTrades viewers stale rules{sides minAmount mode extendByMs maxRemainingMs}lastTrade{signature side amount trader blockTime program}}';

/** query PanelTimerById */
export const PanelTimerByIdDocument: Operation<PanelTimerByIdQuery, PanelTimerByIdQueryVariables> =
  'query PanelTimerById($id:ID!){timer(id:$id){...PanelTimer}}fragment PanelTimer on Timer{id tokenAddress watchedAddresses status round epoch revision durationMs startedAt deadline remainingMs serverTime waitingTrades viewers stale rules{sides minAmount mode extendByMs maxRemainingMs}lastTrade{signature side amount trader blockTime program}}';

/** subscription PanelTimerUpdated */
export const PanelTimerUpdatedDocument: Operation<
  PanelTimerUpdatedSubscription,
  PanelTimerUpdatedSubscriptionVariables
> =
  'subscription PanelTimerUpdated($id:ID!){timerUpdated(id:$id){...PanelTimer}}fragment PanelTimer on Timer{id tokenAddress watchedAddresses status round epoch revision durationMs startedAt deadline remainingMs serverTime waitingTrades viewers stale rules{sides minAmount mode extendByMs maxRemainingMs}lastTrade{signature side amount trader blockTime program}}';

/** query TimerPast */
export const TimerPastDocument: Operation<TimerPastQuery, TimerPastQueryVariables> =
  'query TimerPast($id:ID!){rounds(timerId:$id first:8){nodes{number startedAt endedAt trades resets volume complete void winner}}timerEvents(timerId:$id first:15){nodes{id type at round actor reason trade{side amount trader}}}}';

/** mutation CreateTimer */
export const CreateTimerDocument: Operation<CreateTimerMutation, CreateTimerMutationVariables> =
  'mutation CreateTimer($input:CreateTimerInput!){createTimer(input:$input){timer{id}}}';

/** mutation UpdateTimer */
export const UpdateTimerDocument: Operation<UpdateTimerMutation, UpdateTimerMutationVariables> =
  'mutation UpdateTimer($input:UpdateTimerInput!){updateTimer(input:$input){timer{...PanelTimer}}}fragment PanelTimer on Timer{id tokenAddress watchedAddresses status round epoch revision durationMs startedAt deadline remainingMs serverTime waitingTrades viewers stale rules{sides minAmount mode extendByMs maxRemainingMs}lastTrade{signature side amount trader blockTime program}}';

/** mutation DeleteTimer */
export const DeleteTimerDocument: Operation<DeleteTimerMutation, DeleteTimerMutationVariables> =
  'mutation DeleteTimer($id:ID!$reason:String){deleteTimer(id:$id reason:$reason){timer{id}}}';

/** mutation ResetTimer */
export const ResetTimerDocument: Operation<ResetTimerMutation, ResetTimerMutationVariables> =
  'mutation ResetTimer($id:ID!$reason:String$force:Boolean!){resetTimer(id:$id reason:$reason force:$force){timer{id}}}';

/** mutation PauseTimer */
export const PauseTimerDocument: Operation<PauseTimerMutation, PauseTimerMutationVariables> =
  'mutation PauseTimer($id:ID!$reason:String){pauseTimer(id:$id reason:$reason){timer{id}}}';

/** mutation ResumeTimer */
export const ResumeTimerDocument: Operation<ResumeTimerMutation, ResumeTimerMutationVariables> =
  'mutation ResumeTimer($id:ID!$reason:String){resumeTimer(id:$id reason:$reason){timer{id}}}';

/** mutation AddWatchedAddress */
export const AddWatchedAddressDocument: Operation<
  AddWatchedAddressMutation,
  AddWatchedAddressMutationVariables
> =
  'mutation AddWatchedAddress($timerId:ID!$address:PublicKey!$reason:String){addWatchedAddress(timerId:$timerId address:$address reason:$reason){timer{id}}}';

/** mutation RemoveWatchedAddress */
export const RemoveWatchedAddressDocument: Operation<
  RemoveWatchedAddressMutation,
  RemoveWatchedAddressMutationVariables
> =
  'mutation RemoveWatchedAddress($timerId:ID!$address:PublicKey!$reason:String){removeWatchedAddress(timerId:$timerId address:$address reason:$reason){timer{id}}}';
