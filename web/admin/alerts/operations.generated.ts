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

/** Changes of one alert rule; what is absent stays. */
export type UpdateAlertRuleInput = {
  /** Whether it is to alert. */
  readonly enabled?: boolean | null | undefined;
  /** Refuse with CONFLICT where another version of the settings is in force. */
  readonly expectedVersion?: number | null | undefined;
  /** Name of the rule, as in alertRules. */
  readonly name: string;
  /** Why; kept in the history of the settings. */
  readonly reason?: string | null | undefined;
  /** In the rule's own unit; null: the default. */
  readonly threshold?: number | null | undefined;
};

export type PanelAlertsQueryVariables = Exact<{
  first: number;
}>;

export type PanelAlertsQuery = {
  readonly alerts: ReadonlyArray<{
    readonly id: string;
    readonly rule: string | null;
    readonly subject: string | null;
    readonly severity: AlertSeverity;
    readonly unit: string;
    readonly value: number;
    readonly threshold: number;
    readonly firedAt: number;
    readonly recoveredAt: number | null;
    readonly instance: string;
  }>;
  readonly alertRules: ReadonlyArray<{
    readonly name: string;
    readonly meaning: string;
    readonly severity: AlertSeverity;
    readonly unit: string;
    readonly enabled: boolean;
    readonly threshold: number;
    readonly defaultThreshold: number;
    readonly minThreshold: number;
    readonly maxThreshold: number;
  }>;
};

export type UpdateAlertRuleMutationVariables = Exact<{
  input: UpdateAlertRuleInput;
}>;

export type UpdateAlertRuleMutation = {
  readonly updateAlertRule: { readonly rule: { readonly name: string } };
};

export type SendTestAlertMutationVariables = Exact<{ [key: string]: never }>;

export type SendTestAlertMutation = { readonly sendTestAlert: { readonly channels: ReadonlyArray<string> } };

/** query PanelAlerts */
export const PanelAlertsDocument: Operation<PanelAlertsQuery, PanelAlertsQueryVariables> =
  'query PanelAlerts($first:Int!){alerts(firing:false first:$first){id rule subject severity unit value threshold firedAt recoveredAt instance}alertRules{name meaning severity unit enabled threshold defaultThreshold minThreshold maxThreshold}}';

/** mutation UpdateAlertRule */
export const UpdateAlertRuleDocument: Operation<UpdateAlertRuleMutation, UpdateAlertRuleMutationVariables> =
  'mutation UpdateAlertRule($input:UpdateAlertRuleInput!){updateAlertRule(input:$input){rule{name}}}';

/** mutation SendTestAlert */
export const SendTestAlertDocument: Operation<SendTestAlertMutation, SendTestAlertMutationVariables> =
  'mutation SendTestAlert{sendTestAlert{channels}}';
