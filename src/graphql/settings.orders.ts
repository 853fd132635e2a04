import { badInput, PublicError } from '../platform/public-error';
import type { Patch, QuietHours, SettingsDocument, SettingsPatch } from '../settings/domain/settings';
import type { SettingsRefusal } from '../settings/settings.service';
import { publicPath } from './settings.picture';
import type {
  AlertRuleSettingInput,
  LimitSettingsInput,
  MonitoringSettingsInput,
  PollingBoundsInput,
  QuietHoursInput,
  UpdateSettingsInput,
} from './types/settings.input';

const CURSOR = /^\["settings",(\d{1,9})\]$/;

/** The patch that a checked `UpdateSettingsInput` asks for. */
export function settingsPatch({ monitoring, limits, history, alerts }: UpdateSettingsInput): SettingsPatch {
  return {
    monitoring: monitoring ? monitoringPatch(monitoring) : undefined,
    limits: limits ? limitsPatch(limits) : undefined,
    history: history ? { retentionMonths: history.retentionMonths } : undefined,
    alerts: alerts
      ? { rules: rulesPatch(alerts.rules ?? []), quietHours: quietPatch(alerts.quietHours) }
      : undefined,
  };
}

/** The patch of the monitoring settings alone; null is a value where a setting can be null. */
export function monitoringPatch(input: MonitoringSettingsInput): NonNullable<SettingsPatch['monitoring']> {
  const { sources, budget } = input;
  return {
    mode: given(input.mode),
    fixedIntervalMs: input.fixedIntervalMs,
    bounds: boundsPatch(input.bounds ?? []),
    completeness: given(input.completeness),
    sources: sources ? { webhook: given(sources.webhook), websocket: given(sources.websocket) } : undefined,
    isReadingEnabled: given(input.readingEnabled),
    budget: budget
      ? {
          creditsPerMonth: budget.creditsPerMonth,
          softRatio: given(budget.softRatio),
          hardRatio: given(budget.hardRatio),
        }
      : undefined,
    planName: input.planName,
  };
}

/**
 * The refusal as a caller is told it.
 *
 * @param group - path of the settings that the input stands for; empty: all
 */
export function publicRefusal({ refusal, message, problems }: SettingsRefusal, group = ''): PublicError {
  if (refusal !== 'BAD_USER_INPUT') return new PublicError(refusal, message);
  return badInput(
    problems.map(({ path, message: problem }) => ({
      path: `input.${publicPath(path.startsWith(group) ? path.slice(group.length) : path)}`,
      message: problem,
    })),
  );
}

/** The opaque place of a version in the history. */
export function encodeVersion(version: number): string {
  return Buffer.from(JSON.stringify(['settings', version])).toString('base64url');
}

/** Reads a place back; null stays null. @throws PublicError BAD_USER_INPUT */
export function decodeVersion(path: 'after' | 'before', cursor: string | null): number | null {
  if (cursor === null) return null;
  const digits = CURSOR.exec(Buffer.from(cursor.slice(0, 100), 'base64url').toString('utf8'))?.[1];
  if (digits === undefined) throw badInput([{ path, message: 'is not a cursor of this list' }]);
  return Number(digits);
}

function limitsPatch({
  enabled,
  introspectionEnabled,
  ...numbers
}: LimitSettingsInput): NonNullable<SettingsPatch['limits']> {
  return {
    isEnabled: given(enabled),
    isIntrospectionEnabled: given(introspectionEnabled),
    maxRequests: given(numbers.maxRequests),
    windowMs: given(numbers.windowMs),
    keyMaxRequests: given(numbers.keyMaxRequests),
    adminMaxChanges: given(numbers.adminMaxChanges),
    webhookMaxRequests: given(numbers.webhookMaxRequests),
    maxConnects: given(numbers.maxConnects),
    maxSubscribes: given(numbers.maxSubscribes),
    operationTimeoutMs: given(numbers.operationTimeoutMs),
  };
}

function boundsPatch(bounds: readonly PollingBoundsInput[]): Patch<SettingsDocument['monitoring']['bounds']> {
  return Object.fromEntries(
    bounds.map(({ mode, minMs, maxMs }) => [mode, { minMs: given(minMs), maxMs: given(maxMs) }] as const),
  );
}

function quietPatch(quietHours: QuietHoursInput | null | undefined): Patch<QuietHours> | null | undefined {
  if (!quietHours) return quietHours;
  const { from, to, timeZone } = quietHours;
  return { from, to, timeZone };
}

function rulesPatch(rules: readonly AlertRuleSettingInput[]): Patch<SettingsDocument['alerts']['rules']> {
  return Object.fromEntries(
    rules.map(({ name, enabled, threshold }) => [name, { isEnabled: given(enabled), threshold }] as const),
  );
}

/** Null means absent where a setting cannot be null. */
function given<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}
