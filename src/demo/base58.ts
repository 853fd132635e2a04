const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Writes bytes as base58; each leading zero byte becomes a `1`. */
export function encodeBase58(bytes: Uint8Array): string {
  const zeros = leading(bytes, (byte) => byte === 0);
  let value = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = ALPHABET.charAt(Number(value % 58n)) + text;
  return '1'.repeat(zeros) + text;
}

/**
 * Number of bytes that a base58 text stands for, or null where it is not base58.
 *
 * A public key has 32, a signature 64. Texts too long for either are not looked at: null.
 */
export function base58ByteLength(text: string): number | null {
  if (text.length > 100) return null;
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    value = value * 58n + BigInt(digit);
  }
  const hex = value === 0n ? '' : value.toString(16);
  return leading(text, (character) => character === '1') + Math.ceil(hex.length / 2);
}

function leading<T>(items: ArrayLike<T>, matches: (item: T) => boolean): number {
  let count = 0;
  for (const item of Array.from(items)) {
    if (!matches(item)) break;
    count += 1;
  }
  return count;
}
