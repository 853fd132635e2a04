import { isAlertRule } from '../config/alert-rules';
import { DEFAULT_ALERT_RULE, findContradictions } from './domain/settings';
import type { SettingsDocument, SettingsProblem } from './domain/settings';
import { findFieldProblems } from './settings.checks';

/** What reading a document gave. */
export type Reading =
  { readonly document: SettingsDocument } | { readonly problems: readonly SettingsProblem[] };

type Group = Readonly<Record<string, unknown>>;

/**
 * Reads settings that an admin wrote: groups merge into `base`, every other value replaces, absent fields stay.
 *
 * @param over - a patch or a whole document; nothing about it is trusted
 * @returns the document, frozen, or everything that is wrong with it
 */
export function readSettings(over: unknown, base: SettingsDocument): Reading {
  if (!isGroup(over)) return { problems: [{ path: 'settings', message: 'must be a group of settings' }] };
  const merged = merge(withRules(base, over), over);
  const problems = findFieldProblems(merged);
  if (problems.length > 0) return { problems };
  const document = freeze(merged) as unknown as SettingsDocument;
  const contradictions = findContradictions(document);
  return contradictions.length > 0 ? { problems: contradictions } : { document };
}

/**
 * Reads settings that a version of this service stored: fields that it did not know yet have the values of `base`,
 * fields and alert rules that this version does not know are left out.
 */
export function readStored(stored: unknown, base: SettingsDocument): Reading {
  return readSettings(isGroup(stored) ? withKnownRules(known(stored, { ...base })) : stored, base);
}

function withKnownRules(stored: Group): Group {
  const alerts = stored['alerts'];
  if (!isGroup(alerts) || !isGroup(alerts['rules'])) return stored;
  const rules = Object.entries(alerts['rules']).filter(([name]) => isAlertRule(name));
  return { ...stored, alerts: { ...alerts, rules: Object.fromEntries(rules) } };
}

/** `base` with defaults for the rules of `over` that it does not have, so that a patch may name one field of them. */
function withRules(base: SettingsDocument, over: Group): Group {
  const alerts = over['alerts'];
  const rules = isGroup(alerts) && isGroup(alerts['rules']) ? alerts['rules'] : {};
  const defaults = Object.fromEntries(Object.keys(rules).map((name) => [name, DEFAULT_ALERT_RULE]));
  return { ...base, alerts: { ...base.alerts, rules: { ...defaults, ...base.alerts.rules } } };
}

function merge(base: Group, over: Group): Group {
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    const before = merged.get(name);
    if (value !== undefined)
      merged.set(name, isGroup(value) && isGroup(before) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

/** `stored` without what `shape` does not have; an empty group of `shape` is open for any name. */
function known(stored: Group, shape: Group): Group {
  const isOpen = Object.keys(shape).length === 0;
  const entries = Object.entries(stored).filter(([name]) => isOpen || Object.hasOwn(shape, name));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const below = shape[name];
      return [name, isGroup(value) && isGroup(below) ? known(value, below) : value];
    }),
  );
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function freeze(group: Group): Group {
  for (const value of Object.values(group)) if (isGroup(value)) freeze(value);
  return Object.freeze(group);
}
