import { AppError } from '../platform/app-error';

/**
 * Surprises of the outgoing webhooks.
 *
 * - `WEBHOOKS_STORE_FAILED`: Postgres cannot be used now
 * - `WEBHOOKS_KEY_MISSING`: WEBHOOK_SIGNING_KEY is not set, or no key of it opens what was sealed
 */
export class WebhooksError extends AppError<'WEBHOOKS_STORE_FAILED' | 'WEBHOOKS_KEY_MISSING'> {}
