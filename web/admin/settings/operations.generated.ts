// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What is decided about one alert rule; what is absent stays. */
export type AlertRuleSettingInput = {
  /** Whether it alerts; true where nothing was decided yet. */
  readonly enabled?: boolean | null | undefined;
  /** Name of the rule, as in alertRules. */
  readonly name: string;
  /** In the rule's own unit; null: the rule's default. */
  readonly threshold?: number | null | undefined;
};

/** When somebody is alerted; what is absent stays. */
export type AlertSettingsInput = {
  /** Null: none. */
  readonly quietHours?: QuietHoursInput | null | undefined;
  /** Rules to change; all others stay. */
  readonly rules?: ReadonlyArray<AlertRuleSettingInput> | null | undefined;
};

/** How much of the chain is recorded. Winners and round ends are the same either way. Timers in EXTEND mode are always read FULL, whatever is set. */
export type Completeness =
  /** Only what decides the deadline is fetched; the rest is counted and marked as not complete. */
  | 'DEADLINE'
  /** Every trade is fetched and recorded. */
  | 'FULL';

/** What reading the chain may cost; what is absent stays. */
export type CreditBudgetInput = {
  /** Credits for a calendar month, from 1 to 2000000000; null: what the plan includes, if one is named. */
  readonly creditsPerMonth?: number | null | undefined;
  /** Share, from 0.01 to 1, from which on only the looks that settle deadlines are left. */
  readonly hardRatio?: number | null | undefined;
  /** Share, from 0.01 to 1, from which on reading becomes cheaper; not above hardRatio. */
  readonly softRatio?: number | null | undefined;
};

/** How long the history is kept; what is absent stays. */
export type HistorySettingsInput = {
  /** Months, from 1 to 1200; null: for ever. */
  readonly retentionMonths?: number | null | undefined;
};

/** What one client may ask for; what is absent or null stays. */
export type LimitSettingsInput = {
  /** Changes of one caller who was let in, in the window, 1 to 1000000. */
  readonly adminMaxChanges?: number | null | undefined;
  /** Whether the numbers that hold for the window are enforced. */
  readonly enabled?: boolean | null | undefined;
  /** Whether the schema may be asked for. */
  readonly introspectionEnabled?: boolean | null | undefined;
  /** Points of one caller who was let in, in the window, 1 to 1000000. */
  readonly keyMaxRequests?: number | null | undefined;
  /** Sockets that one address opens, in the window, 1 to 1000000. */
  readonly maxConnects?: number | null | undefined;
  /** Points of one address in a sliding window, 1 to 1000000; a plain request costs one. */
  readonly maxRequests?: number | null | undefined;
  /** Operations that one address begins on its sockets, in the window, 1 to 1000000. */
  readonly maxSubscribes?: number | null | undefined;
  /** How long one operation may take, in ms, 100 to 120000. */
  readonly operationTimeoutMs?: number | null | undefined;
  /** Pushes to the webhook from one address, in the window, 1 to 1000000. */
  readonly webhookMaxRequests?: number | null | undefined;
  /** Length of that window in ms, 1000 to 3600000. */
  readonly windowMs?: number | null | undefined;
};

/** How the chain is read; what is absent stays. */
export type MonitoringSettingsInput = {
  /** Intervals of the modes that are named. */
  readonly bounds?: ReadonlyArray<PollingBoundsInput> | null | undefined;
  /** What reading may cost. */
  readonly budget?: CreditBudgetInput | null | undefined;
  /** How much is recorded. Timers in EXTEND mode are always read FULL, whatever is set here. */
  readonly completeness?: Completeness | null | undefined;
  /** Fixed polling interval in ms, from 1000 to 30000; null: the mode decides. */
  readonly fixedIntervalMs?: number | null | undefined;
  /** How eagerly the chain is polled. */
  readonly mode?: PollingMode | null | undefined;
  /** Name of the RPC provider's plan, such as Developer, 1 to 64 characters: its credits are the budget where none is set, and its rate limit is kept; null: none. */
  readonly planName?: string | null | undefined;
  /** Whether the chain is read at all. */
  readonly readingEnabled?: boolean | null | undefined;
  /** What may trigger a look beside polling. */
  readonly sources?: SourceSettingsInput | null | undefined;
};

/** Intervals of one polling mode; what is absent or null stays. */
export type PollingBoundsInput = {
  /** Longest interval in ms, from 10000 to 300000; of ECONOMY up to the longest countdown, 24 days. */
  readonly maxMs?: number | null | undefined;
  /** Shortest interval in ms, from 10000 to 300000. */
  readonly minMs?: number | null | undefined;
  /** Of which mode. */
  readonly mode: PollingMode;
};

/** How eagerly the chain is polled; each mode chooses its intervals between bounds of its own. */
export type PollingMode =
  /** Often; by default every 15 to 60 s. */
  | 'AGGRESSIVE'
  /** The default; by default every 30 to 120 s. */
  | 'BALANCED'
  /** Seldom; by default every 60 to 300 s. */
  | 'CONSERVATIVE'
  /** Only as often as fairness needs. */
  | 'ECONOMY'
  /** As often as is sensible; by default every 10 to 30 s. */
  | 'ULTRA';

/** When warnings are held back; over midnight where `to` is the earlier. */
export type QuietHoursInput = {
  /** Time of day, HH:MM. */
  readonly from: string;
  /** IANA name of the time zone, e.g. Europe/Lisbon. */
  readonly timeZone: string;
  /** Time of day, HH:MM; the first minute that is not quiet any more. */
  readonly to: string;
};

/** What may trigger a look beside polling; what is absent or null stays. */
export type SourceSettingsInput = {
  /** Whether pushes of Helius do. */
  readonly webhook?: boolean | null | undefined;
  /** Whether a WebSocket to the RPC endpoint does. */
  readonly websocket?: boolean | null | undefined;
};

/** Changes of how the chain is read; what is absent stays. */
export type UpdateMonitoringInput = {
  /** Intervals of the modes that are named. */
  readonly bounds?: ReadonlyArray<PollingBoundsInput> | null | undefined;
  /** What reading may cost. */
  readonly budget?: CreditBudgetInput | null | undefined;
  /** How much is recorded. Timers in EXTEND mode are always read FULL, whatever is set here. */
  readonly completeness?: Completeness | null | undefined;
  /** Refuse with CONFLICT where another version of the settings is in force. */
  readonly expectedVersion?: number | null | undefined;
  /** Fixed polling interval in ms, from 1000 to 30000; null: the mode decides. */
  readonly fixedIntervalMs?: number | null | undefined;
  /** How eagerly the chain is polled. */
  readonly mode?: PollingMode | null | undefined;
  /** Name of the RPC provider's plan, such as Developer, 1 to 64 characters: its credits are the budget where none is set, and its rate limit is kept; null: none. */
  readonly planName?: string | null | undefined;
  /** Whether the chain is read at all. */
  readonly readingEnabled?: boolean | null | undefined;
  /** Why; kept in the history. */
  readonly reason?: string | null | undefined;
  /** What may trigger a look beside polling. */
  readonly sources?: SourceSettingsInput | null | undefined;
};

/** Changes of the settings; what is absent stays. */
export type UpdateSettingsInput = {
  /** When somebody is alerted. */
  readonly alerts?: AlertSettingsInput | null | undefined;
  /** How long the history is kept. */
  readonly history?: HistorySettingsInput | null | undefined;
  /** What one client may ask for. */
  readonly limits?: LimitSettingsInput | null | undefined;
  /** How the chain is read. */
  readonly monitoring?: MonitoringSettingsInput | null | undefined;
  /** Why; kept in the history. */
  readonly reason?: string | null | undefined;
};

export type SettingsFieldsFragment = {
  readonly version: number;
  readonly changedAt: number;
  readonly changedBy: string;
  readonly reason: string | null;
  readonly monitoring: {
    readonly mode: PollingMode;
    readonly fixedIntervalMs: number | null;
    readonly completeness: Completeness;
    readonly readingEnabled: boolean;
    readonly planName: string | null;
    readonly bounds: ReadonlyArray<{
      readonly mode: PollingMode;
      readonly minMs: number;
      readonly maxMs: number;
    }>;
    readonly sources: { readonly webhook: boolean; readonly websocket: boolean };
    readonly budget: {
      readonly creditsPerMonth: number | null;
      readonly softRatio: number;
      readonly hardRatio: number;
    };
  };
  readonly limits: {
    readonly enabled: boolean;
    readonly maxRequests: number;
    readonly windowMs: number;
    readonly keyMaxRequests: number;
    readonly adminMaxChanges: number;
    readonly webhookMaxRequests: number;
    readonly maxConnects: number;
    readonly maxSubscribes: number;
    readonly introspectionEnabled: boolean;
    readonly operationTimeoutMs: number;
  };
  readonly history: { readonly retentionMonths: number | null };
  readonly alerts: {
    readonly quietHours: { readonly from: string; readonly to: string; readonly timeZone: string } | null;
    readonly rules: ReadonlyArray<{
      readonly name: string;
      readonly enabled: boolean;
      readonly threshold: number | null;
    }>;
  };
};

export type PanelSettingsQueryVariables = Exact<{ [key: string]: never }>;

export type PanelSettingsQuery = {
  readonly settings: {
    readonly version: number;
    readonly changedAt: number;
    readonly changedBy: string;
    readonly reason: string | null;
    readonly environmentDifferences: ReadonlyArray<{
      readonly variable: string;
      readonly setting: string;
      readonly environmentValue: string;
      readonly settingValue: string | null;
    }>;
    readonly monitoring: {
      readonly mode: PollingMode;
      readonly fixedIntervalMs: number | null;
      readonly completeness: Completeness;
      readonly readingEnabled: boolean;
      readonly planName: string | null;
      readonly bounds: ReadonlyArray<{
        readonly mode: PollingMode;
        readonly minMs: number;
        readonly maxMs: number;
      }>;
      readonly sources: { readonly webhook: boolean; readonly websocket: boolean };
      readonly budget: {
        readonly creditsPerMonth: number | null;
        readonly softRatio: number;
        readonly hardRatio: number;
      };
    };
    readonly limits: {
      readonly enabled: boolean;
      readonly maxRequests: number;
      readonly windowMs: number;
      readonly keyMaxRequests: number;
      readonly adminMaxChanges: number;
      readonly webhookMaxRequests: number;
      readonly maxConnects: number;
      readonly maxSubscribes: number;
      readonly introspectionEnabled: boolean;
      readonly operationTimeoutMs: number;
    };
    readonly history: { readonly retentionMonths: number | null };
    readonly alerts: {
      readonly quietHours: { readonly from: string; readonly to: string; readonly timeZone: string } | null;
      readonly rules: ReadonlyArray<{
        readonly name: string;
        readonly enabled: boolean;
        readonly threshold: number | null;
      }>;
    };
  };
};

export type SettingsVersionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;

export type SettingsVersionsQuery = {
  readonly settingsHistory: {
    readonly nodes: ReadonlyArray<{
      readonly version: number;
      readonly changedAt: number;
      readonly changedBy: string;
      readonly reason: string | null;
      readonly monitoring: {
        readonly mode: PollingMode;
        readonly fixedIntervalMs: number | null;
        readonly completeness: Completeness;
        readonly readingEnabled: boolean;
        readonly planName: string | null;
        readonly bounds: ReadonlyArray<{
          readonly mode: PollingMode;
          readonly minMs: number;
          readonly maxMs: number;
        }>;
        readonly sources: { readonly webhook: boolean; readonly websocket: boolean };
        readonly budget: {
          readonly creditsPerMonth: number | null;
          readonly softRatio: number;
          readonly hardRatio: number;
        };
      };
      readonly limits: {
        readonly enabled: boolean;
        readonly maxRequests: number;
        readonly windowMs: number;
        readonly keyMaxRequests: number;
        readonly adminMaxChanges: number;
        readonly webhookMaxRequests: number;
        readonly maxConnects: number;
        readonly maxSubscribes: number;
        readonly introspectionEnabled: boolean;
        readonly operationTimeoutMs: number;
      };
      readonly history: { readonly retentionMonths: number | null };
      readonly alerts: {
        readonly quietHours: { readonly from: string; readonly to: string; readonly timeZone: string } | null;
        readonly rules: ReadonlyArray<{
          readonly name: string;
          readonly enabled: boolean;
          readonly threshold: number | null;
        }>;
      };
    }>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type UpdateSettingsMutationVariables = Exact<{
  input: UpdateSettingsInput;
  expectedVersion?: number | null | undefined;
}>;

export type UpdateSettingsMutation = {
  readonly updateSettings: { readonly settings: { readonly version: number } };
};

export type UpdateMonitoringMutationVariables = Exact<{
  input: UpdateMonitoringInput;
}>;

export type UpdateMonitoringMutation = {
  readonly updateMonitoring: { readonly settings: { readonly version: number } };
};

export type RestoreSettingsMutationVariables = Exact<{
  version: number;
  expectedVersion?: number | null | undefined;
  reason?: string | null | undefined;
}>;

export type RestoreSettingsMutation = {
  readonly restoreSettings: { readonly settings: { readonly version: number } };
};

/** query PanelSettings */
export const PanelSettingsDocument: Operation<PanelSettingsQuery, PanelSettingsQueryVariables> =
  'query PanelSettings{settings{...SettingsFields environmentDifferences{variable setting environmentValue settingValue}}}fragment SettingsFields on Settings{version changedAt changedBy reason monitoring{mode fixedIntervalMs bounds{mode minMs maxMs}completeness sources{webhook websocket}readingEnabled budget{creditsPerMonth softRatio hardRatio}planName}limits{enabled maxRequests windowMs keyMaxRequests adminMaxChanges webhookMaxRequests maxConnects maxSubscribes introspectionEnabled operationTimeoutMs}history{retentionMonths}alerts{quietHours{from to timeZone}rules{name enabled threshold}}}';

/** query SettingsVersions */
export const SettingsVersionsDocument: Operation<SettingsVersionsQuery, SettingsVersionsQueryVariables> =
  'query SettingsVersions($first:Int!$after:String){settingsHistory(first:$first after:$after){nodes{...SettingsFields}pageInfo{hasNextPage endCursor}}}fragment SettingsFields on Settings{version changedAt changedBy reason monitoring{mode fixedIntervalMs bounds{mode minMs maxMs}completeness sources{webhook websocket}readingEnabled budget{creditsPerMonth softRatio hardRatio}planName}limits{enabled maxRequests windowMs keyMaxRequests adminMaxChanges webhookMaxRequests maxConnects maxSubscribes introspectionEnabled operationTimeoutMs}history{retentionMonths}alerts{quietHours{from to timeZone}rules{name enabled threshold}}}';

/** mutation UpdateSettings */
export const UpdateSettingsDocument: Operation<UpdateSettingsMutation, UpdateSettingsMutationVariables> =
  'mutation UpdateSettings($input:UpdateSettingsInput!$expectedVersion:Int){updateSettings(input:$input expectedVersion:$expectedVersion){settings{version}}}';

/** mutation UpdateMonitoring */
export const UpdateMonitoringDocument: Operation<
  UpdateMonitoringMutation,
  UpdateMonitoringMutationVariables
> =
  'mutation UpdateMonitoring($input:UpdateMonitoringInput!){updateMonitoring(input:$input){settings{version}}}';

/** mutation RestoreSettings */
export const RestoreSettingsDocument: Operation<RestoreSettingsMutation, RestoreSettingsMutationVariables> =
  'mutation RestoreSettings($version:Int!$expectedVersion:Int$reason:String){restoreSettings(version:$version expectedVersion:$expectedVersion reason:$reason){settings{version}}}';
