import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { digestOf } from './secrets';

/** Random bytes of every token; none of them can be guessed. */
const TOKEN_BYTES = 32;
const API_KEY = /^dtk_([\da-f]{32})_([\w-]{43})$/;
const TICKET = /^dts_[\w-]{43}$/;
const SESSION = /^[\w-]{43}$/;

/** The two parts of an API key: which one it is, and what proves it. */
export interface ApiKeyParts {
  readonly id: string;
  readonly secret: string;
}

/** A new API key: `text` is shown once, `id` and `secretHash` are kept. */
export function makeApiKey(): { readonly text: string; readonly id: string; readonly secretHash: Buffer } {
  const id = randomUUID();
  const secret = randomText();
  return { text: `dtk_${id.replaceAll('-', '')}_${secret}`, id, secretHash: digestOf(secret) };
}

/** The parts of an API key; null for any other text. */
export function readApiKey(text: string): ApiKeyParts | null {
  const [, hex = '', secret = ''] = API_KEY.exec(text) ?? [];
  if (hex === '') return null;
  return { id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), secret };
}

/** A new token for one socket. */
export function makeTicket(): string {
  return `dts_${randomText()}`;
}

/** Whether the text has the form of a token for a socket. */
export function isTicket(text: string): boolean {
  return TICKET.test(text);
}

/** A new token for a session's cookie. */
export function makeSessionToken(): string {
  return randomText();
}

/** Whether the text has the form of a session's token. */
export function isSessionToken(text: unknown): text is string {
  return typeof text === 'string' && SESSION.test(text);
}

/**
 * What is kept of a session's token.
 *
 * @param root - digest of the secret that was signed in with: without it the token cannot be found any more
 */
export function sessionHash(token: string, root: Buffer): Buffer {
  return createHmac('sha256', root).update(token).digest();
}

/** The token that a page has to send beside the session's cookie; it follows from the cookie and not the other way round. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('csrf').digest('base64url');
}

function randomText(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}
