import type { Secret } from '../../config/secret';

/** A webhook as the provider holds it. */
export interface HeliusWebhook {
  readonly id: string;
  /** Where it delivers. */
  readonly url: string;
  /** `raw`, `enhanced` and others. */
  readonly type: string;
  readonly transactionTypes: readonly string[];
  readonly addresses: readonly string[];
  /** Which transactions it delivers: `all`, `success`, `failed`; null where the provider does not tell. */
  readonly txnStatus: string | null;
  /** What it sends as `Authorization`; null where the provider does not tell, or masks it. */
  readonly authorization: Secret | null;
  /** False where the provider, or somebody, has switched it off. */
  readonly isActive: boolean;
}

/** What our one webhook is to be. */
export interface WebhookWish {
  readonly url: string;
  /** Every watched address of every timer, each once. */
  readonly addresses: readonly string[];
}

/**
 * Raw and of every type: a raw body is the transaction itself, so that a push is judged once and for all, while an
 * enhanced one is a provider's reading, which costs a further call for each transaction, and arrives later.
 *
 * @see docs/adr/0012-raw-webhooks-as-trigger.md
 */
export const WEBHOOK_TYPE = 'raw';
/** No filter: provider's types miss trades of some programs. */
export const TRANSACTION_TYPES: readonly string[] = ['ANY'];

/** Failed transactions count for nothing and would cost a credit each. */
export const TXN_STATUS = 'success';

/** What must be done so that exactly one webhook delivers to our URL, and delivers what we want. */
export interface WebhookPlan {
  readonly step: 'create' | 'replace' | 'enable' | 'keep';
  /** The one that stays; null where there is none yet. */
  readonly kept: HeliusWebhook | null;
  /** Others with our URL, left by earlier versions or by two leaders at once. */
  readonly surplus: readonly HeliusWebhook[];
}

/**
 * Compares what the provider holds with what we want. Webhooks with another URL are nobody's business.
 *
 * @param hasOurSecret - whether what a webhook sends as `Authorization` is what we expect, as far as can be known
 */
export function planWebhook(
  present: readonly HeliusWebhook[],
  wish: WebhookWish,
  hasOurSecret: (webhook: HeliusWebhook) => boolean,
): WebhookPlan {
  const [kept, ...surplus] = present
    .filter(({ url }) => url === wish.url)
    .toSorted((a, b) => Number(b.isActive) - Number(a.isActive) || (a.id < b.id ? -1 : 1));
  if (kept === undefined) return { step: 'create', kept: null, surplus };
  if (!hasOurSecret(kept) || !isAsWished(kept, wish)) return { step: 'replace', kept, surplus };
  return { step: kept.isActive ? 'keep' : 'enable', kept, surplus };
}

function isAsWished(webhook: HeliusWebhook, wish: WebhookWish): boolean {
  return (
    webhook.type === WEBHOOK_TYPE &&
    (webhook.txnStatus ?? TXN_STATUS) === TXN_STATUS &&
    isSameSet(webhook.transactionTypes, TRANSACTION_TYPES) &&
    isSameSet(webhook.addresses, wish.addresses)
  );
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a);
  return set.size === new Set(b).size && b.every((item) => set.has(item));
}
