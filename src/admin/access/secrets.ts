import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a text. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** Whether two digests of the same length are the same, in constant time. */
export function isSameDigest(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * The digest of the secret that `text` is; null where it is none of them. Digests of equal length are compared in
 * constant time, and all of them, so that neither length nor place of a difference shows in the time taken.
 */
export function matchOf(text: string, digests: readonly Buffer[]): Buffer | null {
  const given = digestOf(text);
  let match: Buffer | null = null;
  for (const digest of digests) match = isSameDigest(given, digest) ? digest : match;
  return match;
}

/** The token of an `Authorization: Bearer …` value; null where it is none. */
export function bearerOf(authorization: unknown): string | null {
  if (typeof authorization !== 'string' || authorization.length > 2_048) return null;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null;
}
