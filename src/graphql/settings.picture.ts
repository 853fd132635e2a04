import type { Difference } from '../settings/domain/first-settings';
import { POLLING_MODES } from '../settings/domain/settings';
import type { LimitSettings } from '../settings/domain/settings';
import type { SettingsRecord } from '../settings/settings.service';
import type { Settings } from './types/settings.type';

/** The public form of one version. */
export function settingsPicture(record: SettingsRecord, differences: readonly Difference[]): Settings {
  const { monitoring, limits, history, alerts, version } = record.settings;
  const { isReadingEnabled, bounds, ...read } = monitoring;
  const rules = Object.entries(alerts.rules).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    version,
    monitoring: {
      ...read,
      readingEnabled: isReadingEnabled,
      bounds: POLLING_MODES.map((mode) => ({ mode, ...bounds[mode] })),
    },
    limits: limitsPicture(limits),
    history,
    alerts: {
      rules: rules.map(([name, { isEnabled, threshold }]) => ({ name, enabled: isEnabled, threshold })),
      quietHours: alerts.quietHours,
    },
    changedAt: record.atMs,
    changedBy: record.actor,
    reason: record.reason,
    environmentDifferences: differences.map(({ variable, path, environment, setting }) => ({
      variable,
      setting: publicPath(path),
      environmentValue: String(environment),
      settingValue: setting === null ? null : String(setting),
    })),
  };
}

function limitsPicture({ isEnabled, isIntrospectionEnabled, ...numbers }: LimitSettings): Settings['limits'] {
  return { enabled: isEnabled, introspectionEnabled: isIntrospectionEnabled, ...numbers };
}

/** The dotted path of a setting in the words of the API, which has no `is` before switches. */
export function publicPath(path: string): string {
  return path.replace(/\bis([A-Z])/g, (_, letter: string) => letter.toLowerCase());
}
