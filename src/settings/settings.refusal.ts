import type { SettingsProblem } from './domain/settings';

/** Why settings were not changed; nothing has changed. */
export interface SettingsRefusal {
  readonly refusal: 'BAD_USER_INPUT' | 'CONFLICT' | 'NOT_FOUND' | 'SERVICE_UNAVAILABLE';
  /** For people: names what is wrong. */
  readonly message: string;
  /** Every problem of the input; empty but for BAD_USER_INPUT. */
  readonly problems: readonly SettingsProblem[];
}

/** Makes a refusal. */
export function refuse(
  refusal: SettingsRefusal['refusal'],
  message: string,
  problems: readonly SettingsProblem[] = [],
): SettingsRefusal {
  return { refusal, message, problems };
}

/** Whether a change was refused. */
export function isSettingsRefusal<Outcome extends object>(
  outcome: Outcome | SettingsRefusal,
): outcome is SettingsRefusal {
  return 'refusal' in outcome;
}
