import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { Completeness as Kept, PollingMode as Mode } from '../../settings/domain/settings';
import { EpochMs } from '../scalars';
import { PageInfo } from './connection.type';
import { Completeness, PollingMode } from './settings.enums';

/** GraphQL's `PollingBounds`. */
@ObjectType({ description: 'Between which intervals a polling mode chooses its next look.' })
export class PollingBounds {
  @Field(() => PollingMode, { description: 'Of which mode.' })
  readonly mode: Mode;

  @Field(() => Int, { description: 'Shortest interval in ms.' })
  readonly minMs: number;

  @Field(() => Int, { description: 'Longest interval in ms; the look at a deadline comes in any case.' })
  readonly maxMs: number;
}

/** GraphQL's `SourceSettings`. */
@ObjectType({ description: 'What may trigger a look at the chain beside polling, which stays as the proof.' })
export class SourceSettings {
  @Field(() => Boolean, { description: 'Whether pushes of Helius do.' })
  readonly webhook: boolean;

  @Field(() => Boolean, { description: 'Whether a WebSocket to the RPC endpoint does.' })
  readonly websocket: boolean;
}

/** GraphQL's `CreditBudget`. */
@ObjectType({ description: 'What reading the chain may cost, in credits of the RPC provider.' })
export class CreditBudget {
  @Field(() => Int, {
    nullable: true,
    description: 'Credits for a calendar month; null: what the plan includes, if one is named.',
  })
  readonly creditsPerMonth: number | null;

  @Field(() => Float, { description: 'Share of the budget, 0 to 1, from which on reading becomes cheaper.' })
  readonly softRatio: number;

  @Field(() => Float, {
    description: 'Share of the budget, 0 to 1, from which on only the looks that settle deadlines are left.',
  })
  readonly hardRatio: number;
}

/** GraphQL's `MonitoringSettings`. */
@ObjectType({ description: 'How the chain is read.' })
export class MonitoringSettings {
  @Field(() => PollingMode, { description: 'How eagerly the chain is polled.' })
  readonly mode: Mode;

  @Field(() => Int, {
    nullable: true,
    description: 'Fixed polling interval in ms, which turns smart polling off; null: the mode decides.',
  })
  readonly fixedIntervalMs: number | null;

  @Field(() => [PollingBounds], { description: 'Intervals of each mode, from the cheapest mode on.' })
  readonly bounds: PollingBounds[];

  @Field(() => Completeness, {
    description: 'How much is recorded. Timers in EXTEND mode are always read FULL, whatever is set here.',
  })
  readonly completeness: Kept;

  @Field(() => SourceSettings, { description: 'What may trigger a look beside polling.' })
  readonly sources: SourceSettings;

  @Field(() => Boolean, { description: 'Whether the chain is read at all.' })
  readonly readingEnabled: boolean;

  @Field(() => CreditBudget, { description: 'What reading may cost.' })
  readonly budget: CreditBudget;

  @Field(() => String, {
    nullable: true,
    description:
      "Name of the RPC provider's plan, such as Developer: its credits are the budget where none is set, and its rate limit is kept; null: none.",
  })
  readonly planName: string | null;
}

/** GraphQL's `LimitSettings`. */
@ObjectType({ description: 'What one client may ask for.' })
export class LimitSettings {
  @Field(() => Boolean, { description: 'Whether the numbers that hold for the window are enforced.' })
  readonly enabled: boolean;

  @Field(() => Int, {
    description: 'Points of one address in a sliding window; a plain request costs one.',
  })
  readonly maxRequests: number;

  @Field(() => Int, { description: 'Length of that window in ms.' })
  readonly windowMs: number;

  @Field(() => Int, { description: 'Points of one caller who was let in, in the window.' })
  readonly keyMaxRequests: number;

  @Field(() => Int, { description: 'Changes of one caller who was let in, in the window.' })
  readonly adminMaxChanges: number;

  @Field(() => Int, { description: 'Pushes to the webhook from one address, in the window.' })
  readonly webhookMaxRequests: number;

  @Field(() => Int, { description: 'Sockets that one address opens, in the window.' })
  readonly maxConnects: number;

  @Field(() => Int, { description: 'Operations that one address begins on its sockets, in the window.' })
  readonly maxSubscribes: number;

  @Field(() => Boolean, { description: 'Whether the schema may be asked for.' })
  readonly introspectionEnabled: boolean;

  @Field(() => Int, { description: 'How long one operation may take, in ms.' })
  readonly operationTimeoutMs: number;
}

/** GraphQL's `HistorySettings`. */
@ObjectType({ description: 'How long the history is kept.' })
export class HistorySettings {
  @Field(() => Int, { nullable: true, description: 'Months; null: for ever.' })
  readonly retentionMonths: number | null;
}

/** GraphQL's `AlertRuleSetting`. */
@ObjectType({ description: 'What an admin decided about one alert rule.' })
export class AlertRuleSetting {
  @Field(() => String, { description: 'Name of the rule.' })
  readonly name: string;

  @Field(() => Boolean, { description: 'Whether it alerts.' })
  readonly enabled: boolean;

  @Field(() => Float, { nullable: true, description: "In the rule's own unit; null: the rule's default." })
  readonly threshold: number | null;
}

/** GraphQL's `QuietHours`. */
@ObjectType({ description: 'When warnings are held back; critical alerts never are.' })
export class QuietHours {
  @Field(() => String, { description: 'Time of day, HH:MM.' })
  readonly from: string;

  @Field(() => String, { description: 'Time of day, HH:MM; the first minute that is not quiet any more.' })
  readonly to: string;

  @Field(() => String, { description: 'IANA name of the time zone.' })
  readonly timeZone: string;
}

/** GraphQL's `AlertSettings`. */
@ObjectType({ description: 'When somebody is alerted.' })
export class AlertSettings {
  @Field(() => [AlertRuleSetting], {
    description: 'Rules that an admin has changed, by name; all others have their defaults.',
  })
  readonly rules: AlertRuleSetting[];

  @Field(() => QuietHours, { nullable: true, description: 'When warnings wait; null: never.' })
  readonly quietHours: QuietHours | null;
}

/** GraphQL's `EnvironmentDifference`. */
@ObjectType({
  description:
    'A variable of the environment that is set and says something else than the setting. The setting holds: the ' +
    'environment gives first values only.',
})
export class EnvironmentDifference {
  @Field(() => String, { description: 'Name of the variable.' })
  readonly variable: string;

  @Field(() => String, { description: 'Dotted path of the setting.' })
  readonly setting: string;

  @Field(() => String, { description: 'What the variable says, as text.' })
  readonly environmentValue: string;

  @Field(() => String, {
    nullable: true,
    description: 'The value of the setting, as text; null where it has none.',
  })
  readonly settingValue: string | null;
}

/** GraphQL's `Settings`. */
@ObjectType({ description: 'One version of what admins can change while the service runs.' })
export class Settings {
  @Field(() => Int, {
    description:
      '1, 2, 3 …, one more with each change; 0 while only first values of the environment are known.',
  })
  readonly version: number;

  @Field(() => MonitoringSettings, { description: 'How the chain is read.' })
  readonly monitoring: MonitoringSettings;

  @Field(() => LimitSettings, { description: 'What one client may ask for.' })
  readonly limits: LimitSettings;

  @Field(() => HistorySettings, { description: 'How long the history is kept.' })
  readonly history: HistorySettings;

  @Field(() => AlertSettings, { description: 'When somebody is alerted.' })
  readonly alerts: AlertSettings;

  @Field(() => EpochMs, { description: 'When this version was made, by the clock of the database.' })
  readonly changedAt: number;

  @Field(() => String, { description: 'Who made it; "system" for the first values.' })
  readonly changedBy: string;

  @Field(() => String, { nullable: true, description: 'Why; null where nothing was said.' })
  readonly reason: string | null;

  @Field(() => [EnvironmentDifference], {
    description:
      'Variables of the environment that differ from this version, as the instance that answers has them.',
  })
  readonly environmentDifferences: EnvironmentDifference[];
}

/** One row of the history of settings. */
@ObjectType({ description: 'A version of the settings with its place in the list.' })
export class SettingsEdge {
  @Field(() => String, { description: 'Opaque; stays valid while rows are added.' })
  readonly cursor: string;

  @Field(() => Settings, { description: 'The version.' })
  readonly node: Settings;
}

/** A page of versions. */
@ObjectType({ description: 'A page of versions of the settings, newest first.' })
export class SettingsConnection {
  @Field(() => [SettingsEdge], { description: 'Rows with their cursors.' })
  readonly edges: SettingsEdge[];

  @Field(() => [Settings], { description: 'The same rows without cursors.' })
  readonly nodes: Settings[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo: PageInfo;
}

/** What `updateSettings` answers. */
@ObjectType({ description: 'Answer of updateSettings.' })
export class UpdateSettingsPayload {
  @Field(() => Settings, { description: 'What is in force now.' })
  readonly settings: Settings;
}

/** What `restoreSettings` answers. */
@ObjectType({ description: 'Answer of restoreSettings.' })
export class RestoreSettingsPayload {
  @Field(() => Settings, { description: 'What is in force now: a new version with the restored values.' })
  readonly settings: Settings;
}

/** What `updateMonitoring` answers. */
@ObjectType({ description: 'Answer of updateMonitoring.' })
export class UpdateMonitoringPayload {
  @Field(() => Settings, { description: 'What is in force now.' })
  readonly settings: Settings;
}
