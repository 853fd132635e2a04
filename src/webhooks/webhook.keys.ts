import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { WebhooksError } from './webhooks.errors';

const PREFIX = 'whsec_';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Secrets of webhooks, none of which is stored: signing secrets are derived from the signing key, the id of the webhook
 * and the version of its secret; addresses, which may hold a secret of the receiver, are sealed with another key
 * derived from it.
 */
export class WebhookKeys {
  /** @param keys - the present signing key first, former ones behind it; empty: there is none */
  constructor(private readonly keys: readonly string[]) {}

  /** Whether webhooks can be made and signed. */
  get isReady(): boolean {
    return this.keys.length > 0;
  }

  /** The secret that a receiver is given. @throws WebhooksError WEBHOOKS_KEY_MISSING */
  secretOf(id: string, version: number): string {
    const [key] = this.keys;
    if (key === undefined) throw new WebhooksError('WEBHOOKS_KEY_MISSING');
    return derived(key, id, version);
  }

  /** All secrets that sign: for each key and each of the versions, the present ones first. */
  signing(id: string, versions: readonly number[]): readonly string[] {
    if (!this.isReady) throw new WebhooksError('WEBHOOKS_KEY_MISSING');
    return versions.flatMap((version) => this.keys.map((key) => derived(key, id, version)));
  }

  /** Text as it may be stored. */
  seal(text: string): string {
    const [key] = this.keys;
    if (key === undefined) throw new WebhooksError('WEBHOOKS_KEY_MISSING');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', sealingKey(key), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** The text again. @throws WebhooksError WEBHOOKS_KEY_MISSING where no key opens it */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    for (const key of this.keys) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), bytes.subarray(0, NONCE_BYTES));
        decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([opened, decipher.final()]).toString('utf8');
      } catch {
        // it was sealed with another key
      }
    }
    throw new WebhooksError('WEBHOOKS_KEY_MISSING');
  }
}

function derived(key: string, id: string, version: number): string {
  const mark = createHmac('sha256', key).update(`webhook secret ${id} ${version}`).digest('base64url');
  return `${PREFIX}${mark}`;
}

function sealingKey(key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'webhook addresses', 32));
}
