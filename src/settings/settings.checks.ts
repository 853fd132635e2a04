import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { plainToInstance, Type } from 'class-transformer';
import type { ClassConstructor } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsTimeZone,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import type { ValidationError } from 'class-validator';
import { ALERT_RULES, isAlertRule } from '../config/alert-rules';
import { BOUNDS, COMPLETENESS, POLLING_MODES } from './domain/settings';
import type { Range, SettingsProblem } from './domain/settings';

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

function whole({ min, max }: Range): PropertyDecorator {
  const options = { message: `must be a whole number from ${min} to ${max}` };
  return applyDecorators(IsInt(options), Min(min, options), Max(max, options));
}

function fraction({ min, max }: Range): PropertyDecorator {
  const options = { message: `must be a number from ${min} to ${max}` };
  return applyDecorators(IsNumber({}, options), Min(min, options), Max(max, options));
}

const isFlag = (): PropertyDecorator => IsBoolean({ message: 'must be true or false' });

function isOneOf(words: readonly string[]): PropertyDecorator {
  return IsIn(words, { message: `must be one of ${words.join(', ')}` });
}

const orNull = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== null);

function group(type: () => ClassConstructor<object>): PropertyDecorator {
  const options = { message: 'must be a group of settings' };
  return applyDecorators(IsObject(options), ValidateNested(options), Type(type));
}

class IntervalCheck {
  @whole(BOUNDS.intervalMs) readonly minMs: unknown;
  @whole(BOUNDS.intervalMs) readonly maxMs: unknown;
}

class EconomyIntervalCheck {
  @whole(BOUNDS.economyIntervalMs) readonly minMs: unknown;
  @whole(BOUNDS.economyIntervalMs) readonly maxMs: unknown;
}

class BoundsCheck {
  @group(() => EconomyIntervalCheck) readonly ECONOMY: unknown;
  @group(() => IntervalCheck) readonly CONSERVATIVE: unknown;
  @group(() => IntervalCheck) readonly BALANCED: unknown;
  @group(() => IntervalCheck) readonly AGGRESSIVE: unknown;
  @group(() => IntervalCheck) readonly ULTRA: unknown;
}

class SourcesCheck {
  @isFlag() readonly webhook: unknown;
  @isFlag() readonly websocket: unknown;
}

class BudgetCheck {
  @orNull() @whole(BOUNDS.creditsPerMonth) readonly creditsPerMonth: unknown;
  @fraction(BOUNDS.ratio) readonly softRatio: unknown;
  @fraction(BOUNDS.ratio) readonly hardRatio: unknown;
}

class MonitoringCheck {
  @isOneOf(POLLING_MODES) readonly mode: unknown;
  @orNull() @whole(BOUNDS.fixedIntervalMs) readonly fixedIntervalMs: unknown;
  @group(() => BoundsCheck) readonly bounds: unknown;
  @isOneOf(COMPLETENESS) readonly completeness: unknown;
  @group(() => SourcesCheck) readonly sources: unknown;
  @isFlag() readonly isReadingEnabled: unknown;
  @group(() => BudgetCheck) readonly budget: unknown;
  @orNull() @Length(1, 64, { message: 'must have 1 to 64 characters' }) readonly planName: unknown;
}

class LimitsCheck {
  @isFlag() readonly isEnabled: unknown;
  @whole(BOUNDS.maxRequests) readonly maxRequests: unknown;
  @whole(BOUNDS.windowMs) readonly windowMs: unknown;
  @whole(BOUNDS.maxRequests) readonly keyMaxRequests: unknown;
  @whole(BOUNDS.maxRequests) readonly adminMaxChanges: unknown;
  @whole(BOUNDS.maxRequests) readonly webhookMaxRequests: unknown;
  @whole(BOUNDS.maxRequests) readonly maxConnects: unknown;
  @whole(BOUNDS.maxRequests) readonly maxSubscribes: unknown;
  @isFlag() readonly isIntrospectionEnabled: unknown;
  @whole(BOUNDS.operationTimeoutMs) readonly operationTimeoutMs: unknown;
}

class HistoryCheck {
  @orNull() @whole(BOUNDS.retentionMonths) readonly retentionMonths: unknown;
}

class AlertRuleCheck {
  @isFlag() readonly isEnabled: unknown;
  // its bounds are those of the rule
  @orNull() @IsNumber({}, { message: 'must be a number' }) readonly threshold: unknown;
}

const isTimeOfDay = (): PropertyDecorator =>
  Matches(TIME_OF_DAY, { message: 'must be a time of day, HH:MM' });

class QuietHoursCheck {
  @isTimeOfDay() readonly from: unknown;
  @isTimeOfDay() readonly to: unknown;
  @IsTimeZone({ message: 'must be the IANA name of a time zone' }) readonly timeZone: unknown;
}

class AlertsCheck {
  @IsObject({ message: 'must hold a group of settings by the name of each rule' }) readonly rules: unknown;
  @orNull() @group(() => QuietHoursCheck) readonly quietHours: unknown;
}

class DocumentCheck {
  @group(() => MonitoringCheck) readonly monitoring: unknown;
  @group(() => LimitsCheck) readonly limits: unknown;
  @group(() => HistoryCheck) readonly history: unknown;
  @group(() => AlertsCheck) readonly alerts: unknown;
}

/**
 * Everything that is wrong with the single fields of a complete document, at once; the one place where settings are
 * checked, wherever they come from.
 */
export function findFieldProblems(document: Readonly<Record<string, unknown>>): SettingsProblem[] {
  return [...check(plainToInstance(DocumentCheck, document), []), ...findRuleProblems(document['alerts'])];
}

function findRuleProblems(alerts: unknown): SettingsProblem[] {
  const rules = typeof alerts === 'object' && alerts !== null && 'rules' in alerts ? alerts.rules : null;
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) return [];
  return Object.entries(rules).flatMap(([name, rule]: [string, unknown]) => {
    const path = ['alerts', 'rules', name];
    if (!isAlertRule(name))
      return [{ path: 'alerts.rules', message: 'must name alert rules that there are' }];
    if (typeof rule !== 'object' || rule === null) {
      return [{ path: path.join('.'), message: 'must be a group of settings' }];
    }
    const problems = check(plainToInstance(AlertRuleCheck, rule), path);
    return problems.length > 0 ? problems : boundsProblems(ALERT_RULES[name], rule, path);
  });
}

function boundsProblems({ min, max }: Range, rule: object, path: readonly string[]): SettingsProblem[] {
  const threshold = 'threshold' in rule ? rule.threshold : null;
  if (typeof threshold !== 'number' || (threshold >= min && threshold <= max)) return [];
  return [{ path: [...path, 'threshold'].join('.'), message: `must be a number from ${min} to ${max}` }];
}

function check(instance: object, path: readonly string[]): SettingsProblem[] {
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  return errors.flatMap((error) => problemsOf(error, path));
}

function problemsOf(error: ValidationError, parent: readonly string[]): SettingsProblem[] {
  const path = [...parent, error.property];
  const messages = Object.entries(error.constraints ?? {}).map(([kind, message]) =>
    kind === 'whitelistValidation' ? 'is not a setting' : message,
  );
  const own = [...new Set(messages)].map((message) => ({ path: path.join('.'), message }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, path))];
}
