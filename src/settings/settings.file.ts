import { documentOf } from './domain/settings';
import type { SettingsDocument } from './domain/settings';

/** The settings as a file for a repository: only values, in an order that never changes, so that differences are real. */
export function renderSettings(settings: SettingsDocument): string {
  const { alerts, ...document } = documentOf(settings);
  const entries = Object.entries(alerts.rules).sort(([one], [other]) => (one < other ? -1 : 1));
  const sorted = { ...document, alerts: { ...alerts, rules: Object.fromEntries(entries) } };
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
