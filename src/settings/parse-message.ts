import { SettingsError } from './settings.errors';
import type { StoredSettings } from './settings.record';

/** Reads a version as it was cached or told. @throws SettingsError `SETTINGS_DOCUMENT_MALFORMED` */
export function parseMessage(payload: unknown): StoredSettings {
  const value: unknown = typeof payload === 'string' ? parseJson(payload) : payload;
  if (typeof value !== 'object' || value === null) throw malformed();
  const { version, document, actor, reason, atMs } = value as Record<string, unknown>;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) throw malformed();
  if (typeof actor !== 'string' || typeof atMs !== 'number') throw malformed();
  if (reason !== null && typeof reason !== 'string') throw malformed();
  return { version, document, actor, reason, atMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): SettingsError {
  return new SettingsError('SETTINGS_DOCUMENT_MALFORMED', { what: 'message' }, { cause });
}
