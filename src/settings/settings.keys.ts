/** All Redis names of the settings. */
export interface SettingsKeys {
  /** String: the newest version that is known, as JSON. Bounded by REDIS_SETTINGS_TTL. */
  readonly cache: string;
  /** Pub/sub channel of new versions. */
  readonly channel: string;
}

/** Spells the names; nothing else does. */
export function settingsKeys(prefix: string): SettingsKeys {
  return { cache: `${prefix}:settings`, channel: `${prefix}:settings:changes` };
}
