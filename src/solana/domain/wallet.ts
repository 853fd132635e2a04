import { decodeBase58 } from './base58';

/** Field of curve 25519, and the constant d of its Edwards form. Source: RFC 8032, section 5.1. */
const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** Answers that were worked out, the oldest dropped first: the owners of pools come again and again. */
const answers = new Map<string, boolean>();
const MOST_ANSWERS = 4096;

/**
 * True where an address can be the public key of a person's wallet: it is a point of ed25519.
 *
 * Addresses that programs derive for their pools, vaults and orders are chosen off the curve, so that nobody can sign
 * for them. The first answer for an address costs some hundred microseconds: ask it only where nothing else decides.
 */
export function canBeWallet(address: string): boolean {
  let answer = answers.get(address);
  if (answer === undefined) {
    answer = isOnCurve(address);
    const [oldest] = answers.size < MOST_ANSWERS ? [] : answers.keys();
    if (oldest !== undefined) answers.delete(oldest);
    answers.set(address, answer);
  }
  return answer;
}

function isOnCurve(address: string): boolean {
  const bytes = decodeBase58(address);
  if (bytes?.length !== 32) return false;
  let y = 0n;
  for (let i = 31; i >= 0; i--) y = y * 256n + BigInt(i === 31 ? (bytes[i] ?? 0) & 0x7f : (bytes[i] ?? 0));
  if (y >= P) return false;
  const ySquared = (y * y) % P;
  const numerator = (ySquared - 1n + P) % P;
  const denominator = (D * ySquared + 1n) % P;
  if (numerator === 0n) return true;
  return power((numerator * denominator) % P, (P - 1n) / 2n) === 1n;
}
