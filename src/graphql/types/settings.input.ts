import { Field, Float, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayUnique, IsOptional, Length, ValidateNested } from 'class-validator';
import type { Completeness as Kept, PollingMode as Mode } from '../../settings/domain/settings';
import { Completeness, PollingMode } from './settings.enums';

/** GraphQL's `PollingBoundsInput`. */
@InputType({ description: 'Intervals of one polling mode; what is absent or null stays.' })
export class PollingBoundsInput {
  @Field(() => PollingMode, { description: 'Of which mode.' })
  readonly mode: Mode;

  @Field(() => Int, { nullable: true, description: 'Shortest interval in ms, from 10000 to 300000.' })
  readonly minMs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Longest interval in ms, from 10000 to 300000; of ECONOMY up to the longest countdown, 24 days.',
  })
  readonly maxMs?: number | null;
}

/** GraphQL's `SourceSettingsInput`. */
@InputType({ description: 'What may trigger a look beside polling; what is absent or null stays.' })
export class SourceSettingsInput {
  @Field(() => Boolean, { nullable: true, description: 'Whether pushes of Helius do.' })
  readonly webhook?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a WebSocket to the RPC endpoint does.' })
  readonly websocket?: boolean | null;
}

/** GraphQL's `CreditBudgetInput`. */
@InputType({ description: 'What reading the chain may cost; what is absent stays.' })
export class CreditBudgetInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'Credits for a calendar month, from 1 to 2000000000; null: what the plan includes, if one is named.',
  })
  readonly creditsPerMonth?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share, from 0.01 to 1, from which on reading becomes cheaper; not above hardRatio.',
  })
  readonly softRatio?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share, from 0.01 to 1, from which on only the looks that settle deadlines are left.',
  })
  readonly hardRatio?: number | null;
}

/** GraphQL's `MonitoringSettingsInput`. */
@InputType({ description: 'How the chain is read; what is absent stays.' })
export class MonitoringSettingsInput {
  @Field(() => PollingMode, { nullable: true, description: 'How eagerly the chain is polled.' })
  readonly mode?: Mode | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Fixed polling interval in ms, from 1000 to 30000; null: the mode decides.',
  })
  readonly fixedIntervalMs?: number | null;

  @IsOptional()
  @ArrayUnique(({ mode }: PollingBoundsInput) => mode, { message: 'must name each mode once' })
  @Field(() => [PollingBoundsInput], {
    nullable: true,
    description: 'Intervals of the modes that are named.',
  })
  readonly bounds?: PollingBoundsInput[] | null;

  @Field(() => Completeness, {
    nullable: true,
    description: 'How much is recorded. Timers in EXTEND mode are always read FULL, whatever is set here.',
  })
  readonly completeness?: Kept | null;

  @Field(() => SourceSettingsInput, {
    nullable: true,
    description: 'What may trigger a look beside polling.',
  })
  readonly sources?: SourceSettingsInput | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the chain is read at all.' })
  readonly readingEnabled?: boolean | null;

  @Field(() => CreditBudgetInput, { nullable: true, description: 'What reading may cost.' })
  readonly budget?: CreditBudgetInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Name of the RPC provider's plan, such as Developer, 1 to 64 characters: its credits are the budget where none is set, and its rate limit is kept; null: none.",
  })
  readonly planName?: string | null;
}

/** GraphQL's `UpdateMonitoringInput`. */
@InputType({ description: 'Changes of how the chain is read; what is absent stays.' })
export class UpdateMonitoringInput extends MonitoringSettingsInput {
  @Field(() => Int, {
    nullable: true,
    description: 'Refuse with CONFLICT where another version of the settings is in force.',
  })
  readonly expectedVersion?: number | null;

  @IsOptional()
  @Length(1, 500, { message: 'must have 1 to 500 characters' })
  @Field(() => String, { nullable: true, description: 'Why; kept in the history.' })
  readonly reason?: string | null;
}

/** GraphQL's `LimitSettingsInput`. */
@InputType({ description: 'What one client may ask for; what is absent or null stays.' })
export class LimitSettingsInput {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the numbers that hold for the window are enforced.',
  })
  readonly enabled?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Points of one address in a sliding window, 1 to 1000000; a plain request costs one.',
  })
  readonly maxRequests?: number | null;

  @Field(() => Int, { nullable: true, description: 'Length of that window in ms, 1000 to 3600000.' })
  readonly windowMs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Points of one caller who was let in, in the window, 1 to 1000000.',
  })
  readonly keyMaxRequests?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Changes of one caller who was let in, in the window, 1 to 1000000.',
  })
  readonly adminMaxChanges?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Pushes to the webhook from one address, in the window, 1 to 1000000.',
  })
  readonly webhookMaxRequests?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Sockets that one address opens, in the window, 1 to 1000000.',
  })
  readonly maxConnects?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Operations that one address begins on its sockets, in the window, 1 to 1000000.',
  })
  readonly maxSubscribes?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the schema may be asked for.' })
  readonly introspectionEnabled?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long one operation may take, in ms, 100 to 120000.',
  })
  readonly operationTimeoutMs?: number | null;
}

/** GraphQL's `HistorySettingsInput`. */
@InputType({ description: 'How long the history is kept; what is absent stays.' })
export class HistorySettingsInput {
  @Field(() => Int, { nullable: true, description: 'Months, from 1 to 1200; null: for ever.' })
  readonly retentionMonths?: number | null;
}

/** GraphQL's `AlertRuleSettingInput`. */
@InputType({ description: 'What is decided about one alert rule; what is absent stays.' })
export class AlertRuleSettingInput {
  @Field(() => String, { description: 'Name of the rule, as in alertRules.' })
  readonly name: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it alerts; true where nothing was decided yet.',
  })
  readonly enabled?: boolean | null;

  @Field(() => Float, { nullable: true, description: "In the rule's own unit; null: the rule's default." })
  readonly threshold?: number | null;
}

/** GraphQL's `QuietHoursInput`. */
@InputType({ description: 'When warnings are held back; over midnight where `to` is the earlier.' })
export class QuietHoursInput {
  @Field(() => String, { description: 'Time of day, HH:MM.' })
  readonly from: string;

  @Field(() => String, { description: 'Time of day, HH:MM; the first minute that is not quiet any more.' })
  readonly to: string;

  @Field(() => String, { description: 'IANA name of the time zone, e.g. Europe/Lisbon.' })
  readonly timeZone: string;
}

/** GraphQL's `AlertSettingsInput`. */
@InputType({ description: 'When somebody is alerted; what is absent stays.' })
export class AlertSettingsInput {
  @IsOptional()
  @ArrayUnique(({ name }: AlertRuleSettingInput) => name, { message: 'must name each rule once' })
  @Field(() => [AlertRuleSettingInput], { nullable: true, description: 'Rules to change; all others stay.' })
  readonly rules?: AlertRuleSettingInput[] | null;

  @Field(() => QuietHoursInput, { nullable: true, description: 'Null: none.' })
  readonly quietHours?: QuietHoursInput | null;
}

/** GraphQL's `UpdateSettingsInput`. */
@InputType({ description: 'Changes of the settings; what is absent stays.' })
export class UpdateSettingsInput {
  @IsOptional()
  @ValidateNested()
  @Type(() => MonitoringSettingsInput)
  @Field(() => MonitoringSettingsInput, { nullable: true, description: 'How the chain is read.' })
  readonly monitoring?: MonitoringSettingsInput | null;

  @Field(() => LimitSettingsInput, { nullable: true, description: 'What one client may ask for.' })
  readonly limits?: LimitSettingsInput | null;

  @Field(() => HistorySettingsInput, { nullable: true, description: 'How long the history is kept.' })
  readonly history?: HistorySettingsInput | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => AlertSettingsInput)
  @Field(() => AlertSettingsInput, { nullable: true, description: 'When somebody is alerted.' })
  readonly alerts?: AlertSettingsInput | null;

  @IsOptional()
  @Length(1, 500, { message: 'must have 1 to 500 characters' })
  @Field(() => String, { nullable: true, description: 'Why; kept in the history.' })
  readonly reason?: string | null;
}
