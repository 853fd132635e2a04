import { isIP } from 'node:net';
import type { Reading } from './variable';

const base58Alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A check for URLs of the given protocols (`redis:`, …); returns what is wrong, or null. */
export function url(...protocols: readonly string[]): (text: string) => string | null {
  const names = protocols.map((protocol) => `${protocol}//`).join(' or ');
  return (text) => {
    const parsed = parseUrl(text);
    const hasHost = parsed?.hostname !== '' || parsed.searchParams.has('host');
    return parsed !== null && protocols.includes(parsed.protocol) && hasHost
      ? null
      : `must be a URL that begins with ${names}`;
  };
}

/** Null for an origin: scheme, host and port, no path. */
export function origin(text: string): string | null {
  const parsed = parseUrl(text);
  const isOrigin = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.origin === text;
  return isOrigin ? null : 'must be an origin such as https://example.org, without a path';
}

/** A check for a regular expression, with the phrase that is shown when it does not match. */
export function pattern(shape: RegExp, phrase: string): (text: string) => string | null {
  return (text) => (shape.test(text) ? null : phrase);
}

/** Null for base58 of exactly 32 bytes; the length of the text alone says nothing. */
export function publicKey(text: string): string | null {
  return base58Length(text) === 32 ? null : 'must be a base58 public key of 32 bytes';
}

/** What Express takes as `trust proxy`: a switch, how many proxies there are, or which addresses they have. */
export function readTrustedProxies(text: string): Reading<boolean | number | string> {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return { value: word === 'true' };
  if (/^[1-9]$/.test(word)) return { value: Number(word) };
  const parts = word.split(',').map((part) => part.trim());
  return parts.every(isProxyAddress)
    ? { value: parts.join(',') }
    : { problem: 'must be false, true, 1 to 9, or addresses and subnets separated by commas' };
}

function isProxyAddress(part: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(part)) return true;
  const [address = '', bits = '0', ...rest] = part.split('/');
  const largest = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= largest && rest.length === 0;
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function base58Length(text: string): number | null {
  if (text.length > 64) return null;
  let number = 0n;
  for (const letter of text) {
    const digit = base58Alphabet.indexOf(letter);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const leadingZeros = text.length - text.replace(/^1+/, '').length;
  const bytes = number === 0n ? 0 : Math.ceil(number.toString(16).length / 2);
  return leadingZeros + bytes;
}
