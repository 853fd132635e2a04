import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';
import type { Alert as FoundAlert, RuleInForce } from '../../alerts/alert.service';
import type { AlertSeverity as Severity, AlertUnit as Unit } from '../../config/alert-rules';
import { EpochMs } from '../scalars';

/** GraphQL's `AlertSeverity`. */
export const AlertSeverity: { readonly [Name in Severity]: Name } = {
  WARNING: 'WARNING',
  CRITICAL: 'CRITICAL',
};
registerEnumType(AlertSeverity, {
  name: 'AlertSeverity',
  description: 'How bad it is.',
  valuesMap: {
    WARNING: { description: 'Waits for the end of quiet hours.' },
    CRITICAL: { description: 'Never waits.' },
  },
});

const UNIT = 'Unit of value and threshold: seconds, ratio, entries, trades or events.';

/** GraphQL's `AlertFact`. */
@ObjectType({ description: 'One fact about an alert.' })
export class AlertFact {
  @Field(() => String, { description: 'What it is.' })
  readonly name: string;

  @Field(() => String, { nullable: true, description: 'Its value; null: not known.' })
  readonly value: string | null;
}

/** GraphQL's `Alert`. */
@ObjectType({ description: 'One alert, from firing to recovery; the same for all instances.' })
export class Alert {
  @Field(() => ID, { description: 'Unique for each time that it fires.' })
  readonly id: string;

  @Field(() => String, { nullable: true, description: 'Name of the rule, as in alertRules; null: a test.' })
  readonly rule: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What it is about, e.g. a timer or an instance; null: the whole deployment.',
  })
  readonly subject: string | null;

  @Field(() => AlertSeverity, { description: 'How bad it is.' })
  readonly severity: Severity;

  @Field(() => Boolean, { description: 'False once it is over.' })
  readonly firing: boolean;

  @Field(() => Float, { description: 'What was measured when it fired, in the unit.' })
  readonly value: number;

  @Field(() => Float, { description: 'The threshold that was exceeded, in the unit.' })
  readonly threshold: number;

  @Field(() => String, { description: UNIT })
  readonly unit: Unit;

  @Field(() => [AlertFact], { description: 'Facts that help to understand it; never a secret.' })
  readonly context: readonly AlertFact[];

  @Field(() => String, { description: 'The instance that saw it first.' })
  readonly instance: string;

  @Field(() => EpochMs, { description: 'When it fired.' })
  readonly firedAt: number;

  @Field(() => EpochMs, { nullable: true, description: 'When it was over; null while it fires.' })
  readonly recoveredAt: number | null;
}

/** GraphQL's `AlertRule`. */
@ObjectType({ description: 'A rule by which alerts fire; docs/alerts.md says what to do about each.' })
export class AlertRule {
  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What is the case while it fires.' })
  readonly meaning: string;

  @Field(() => AlertSeverity, { description: 'How bad that is.' })
  readonly severity: Severity;

  @Field(() => String, { description: UNIT })
  readonly unit: Unit;

  @Field(() => Boolean, { description: 'Whether it alerts.' })
  readonly enabled: boolean;

  @Field(() => Float, { description: 'It fires while what is measured is larger.' })
  readonly threshold: number;

  @Field(() => Float, { description: 'The threshold where no admin has decided.' })
  readonly defaultThreshold: number;

  @Field(() => Float, { description: 'Smallest threshold that can be set.' })
  readonly minThreshold: number;

  @Field(() => Float, { description: 'Largest threshold that can be set.' })
  readonly maxThreshold: number;
}

/** GraphQL's `UpdateAlertRuleInput`. */
@InputType({ description: 'Changes of one alert rule; what is absent stays.' })
export class UpdateAlertRuleInput {
  @Field(() => String, { description: 'Name of the rule, as in alertRules.' })
  readonly name: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is to alert.' })
  readonly enabled?: boolean | null;

  @Field(() => Float, { nullable: true, description: "In the rule's own unit; null: the default." })
  readonly threshold?: number | null;

  @IsOptional()
  @Length(1, 500, { message: 'must have 1 to 500 characters' })
  @Field(() => String, { nullable: true, description: 'Why; kept in the history of the settings.' })
  readonly reason?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuse with CONFLICT where another version of the settings is in force.',
  })
  readonly expectedVersion?: number | null;
}

/** What `updateAlertRule` answers. */
@ObjectType({ description: 'Answer of updateAlertRule.' })
export class UpdateAlertRulePayload {
  @Field(() => AlertRule, { description: 'The rule after the change.' })
  readonly rule: AlertRule;
}

/** What `sendTestAlert` answers. */
@ObjectType({ description: 'Answer of sendTestAlert.' })
export class SendTestAlertPayload {
  @Field(() => Alert, { description: 'The test; whether it arrives is seen where it arrives.' })
  readonly alert: Alert;

  @Field(() => [String], { description: 'Channels that it is sent to; none: no alert is delivered at all.' })
  readonly channels: readonly string[];
}

/** The public form of an alert. */
export function alertPicture(alert: FoundAlert): Alert {
  const { id, rule, subject, severity, value, threshold, unit, instance, context } = alert;
  return {
    ...{ id, rule, subject, severity, value, threshold, unit, instance },
    firing: alert.recoveredAtMs === null,
    context: Object.entries(context).map(([name, fact]) => ({
      name,
      value: fact === null ? null : String(fact),
    })),
    firedAt: alert.firedAtMs,
    recoveredAt: alert.recoveredAtMs,
  };
}

/** The public form of a rule. */
export function rulePicture(rule: RuleInForce): AlertRule {
  const { name, meaning, severity, unit, isEnabled, thresholdInForce, defaultThreshold, min, max } = rule;
  return {
    ...{ name, meaning, severity, unit, defaultThreshold },
    enabled: isEnabled,
    threshold: thresholdInForce,
    minThreshold: min,
    maxThreshold: max,
  };
}
