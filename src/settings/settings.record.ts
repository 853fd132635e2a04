import type { Settings } from './domain/settings';

/** One version of the settings, with who made it. */
export interface SettingsRecord {
  readonly settings: Settings;
  readonly actor: string;
  /** Null where none was given. */
  readonly reason: string | null;
  /** By the clock of Postgres, epoch ms; of version 0 the start of this process. */
  readonly atMs: number;
}

/** A version as Postgres, Redis and messages hold it; nothing is checked about the document. */
export interface StoredSettings {
  readonly version: number;
  readonly document: unknown;
  readonly actor: string;
  readonly reason: string | null;
  readonly atMs: number;
}

/** Who wants a change, and on which version. */
export interface SettingsOrder {
  /** The version that the caller has seen; null: whatever is in force. */
  readonly expectedVersion: number | null;
  readonly actor: string;
  readonly reason: string | null;
}

/** Which versions of the history. */
export interface SettingsPage {
  readonly direction: 'NEWEST_FIRST' | 'OLDEST_FIRST';
  readonly limit: number;
  /** Only versions below this one; null: all. */
  readonly below: number | null;
  /** Only versions above this one; null: all. */
  readonly above: number | null;
}
