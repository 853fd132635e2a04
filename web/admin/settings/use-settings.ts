import { useAsked } from '../door/use-door';
import type { Asked } from '../door/use-door';
import { useSystem } from '../system/use-system';
import { PanelSettingsDocument } from './operations.generated';
import type { PanelSettingsQuery, SettingsFieldsFragment } from './operations.generated';

/** The settings in force. */
export type Settings = PanelSettingsQuery['settings'];
/** One version of the settings. */
export type SettingsVersion = SettingsFieldsFragment;

/** Key of a form: it is filled anew when what it is about has changed, and not when anything else has. */
export function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** The settings in force, asked again when another version is told. */
export function useSettings(): Asked<PanelSettingsQuery> {
  const { status } = useSystem();
  return useAsked(PanelSettingsDocument, {}, status?.settingsVersion);
}
