import { useAround, useAsked, useFollowed } from '../door/use-door';
import type { Refusal } from '../../graphql/refusal';
import { PanelCreditsChangedDocument, PanelCreditsDocument } from './operations.generated';
import type { UsageFieldsFragment } from './operations.generated';

/** What reading the chain costs. */
export type Usage = UsageFieldsFragment;

/** What is told live covers this stretch. */
export const LIVE_MS = 7 * 86_400_000;

/** The usage of a stretch that ends now, followed live; null until it is known. */
export function useCredits(rangeMs: number): {
  readonly usage: Usage | null;
  readonly refusal: Refusal | null;
  readonly again: () => void;
} {
  const { door } = useAround();
  const told = useFollowed(PanelCreditsChangedDocument, {})?.creditUsageChanged ?? null;
  // down to the hour, as the service takes it, so that it is not another question at each rendering
  const from = Math.floor((door.now() - rangeMs) / 3_600_000) * 3_600_000;
  const { data, refusal, again } = useAsked(PanelCreditsDocument, { from }, told?.credits);
  const found = data?.creditUsage ?? null;
  const isLive = rangeMs === LIVE_MS && told !== null && (found === null || told.to >= found.to);
  return { usage: isLive ? told : found, refusal: isLive ? null : refusal, again };
}
