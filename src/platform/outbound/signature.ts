import { createHmac } from 'node:crypto';

/** Header that carries the signature of a body. */
export const SIGNATURE_HEADER = 'darwin-signature';

/**
 * The value of `Darwin-Signature`: `t=<seconds>,v1=<hex>[,v1=<hex>]`. Each `v1` is HMAC-SHA256 over
 * `<seconds>.<body>` with one of the secrets; while a secret is being changed there are two.
 *
 * @param secrets - the present one first
 * @param atSec - epoch seconds of the sending; receivers refuse what is old
 * @see docs/webhooks.md
 */
export function signatureOf(secrets: readonly string[], atSec: number, body: string): string {
  const marks = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${atSec}.${body}`).digest('hex')}`,
  );
  return [`t=${atSec}`, ...marks].join(',');
}
