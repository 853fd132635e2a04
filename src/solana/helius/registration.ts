import { createHash, createHmac } from 'node:crypto';
import type { Secret } from '../../config/secret';
import type { WebhookWish } from '../domain/webhook-plan';

/** What we know of our webhook without asking: a question costs 100 credits. */
export interface Registration {
  readonly id: string;
  readonly url: string;
  /** Stands for everything wished but the secret. */
  readonly wishMark: string;
  /** Stands for the secret; it cannot be guessed without the API key. */
  readonly secretMark: string;
  /** Shared time when the provider was asked last, epoch ms. */
  readonly checkedAtMs: number;
}

/** Where the registration is kept, for all instances. */
export interface RegistrationKeeping {
  get(): Promise<Registration | null>;
  put(registration: Registration): Promise<void>;
  clear(): Promise<void>;
}

/** Changes exactly when the wish does. */
export function wishMarkOf({ url, addresses }: WebhookWish): string {
  return createHash('sha256')
    .update([url, ...addresses.toSorted()].join('\n'))
    .digest('hex');
}

/** Changes exactly when the secret or the API key does. */
export function secretMarkOf(secret: Secret, apiKey: Secret): string {
  return createHmac('sha256', apiKey.reveal()).update(secret.reveal()).digest('hex');
}
