import { Secret } from '../../config/secret';
import type { HeliusWebhook } from '../domain/webhook-plan';

interface WireWebhook {
  readonly webhookID?: unknown;
  readonly webhookURL?: unknown;
  readonly webhookType?: unknown;
  readonly transactionTypes?: unknown;
  readonly accountAddresses?: unknown;
  readonly txnStatus?: unknown;
  readonly authHeader?: unknown;
  readonly active?: unknown;
}

/** A header that is shown in part only says nothing of the rest. */
const MASKED = /\*\*|\.\.\.|…|•|hidden|redacted|masked/i;

/** Reads one webhook of an answer; null where it has no id or URL. Absent `active` means that it is. */
export function readWebhook(body: unknown): HeliusWebhook | null {
  if (typeof body !== 'object' || body === null) return null;
  const { webhookID, webhookURL, webhookType, ...rest } = body as WireWebhook;
  const { transactionTypes, accountAddresses, txnStatus, authHeader, active } = rest;
  if (typeof webhookID !== 'string' || typeof webhookURL !== 'string') return null;
  return {
    id: webhookID,
    url: webhookURL,
    type: typeof webhookType === 'string' ? webhookType : 'unknown',
    transactionTypes: textsOf(transactionTypes),
    addresses: textsOf(accountAddresses),
    txnStatus: typeof txnStatus === 'string' ? txnStatus : null,
    authorization: typeof authHeader === 'string' && !MASKED.test(authHeader) ? new Secret(authHeader) : null,
    isActive: active !== false,
  };
}

/** Reads a list of webhooks; null where the answer is none. */
export function readWebhooks(body: unknown): readonly HeliusWebhook[] | null {
  if (!Array.isArray(body)) return null;
  return (body as readonly unknown[]).flatMap((item) => readWebhook(item) ?? []);
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? (value as readonly unknown[]).filter((item): item is string => typeof item === 'string')
    : [];
}
