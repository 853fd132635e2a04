const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const ONE = ALPHABET.charCodeAt(0);
const DIGIT = digitTable();
/** Three digits a limb: 58^3 * 2^32 stays below 2^53, so that plain numbers are exact. */
const LIMB = 58 ** 3;
const WORD = 2 ** 32;

/** All texts of two digits, so that a limb is two look-ups. */
const PAIRS = Array.from(ALPHABET, (first) => Array.from(ALPHABET, (second) => first + second)).flat();

const KEY_BYTES = 32;
/** Keys are most of what is encoded. Their limbs have five digits: sixteen products with 65535 stay below 2^53. */
const KEY_LIMB = 58 ** 5;
const KEY_LIMBS = 9;
/** For each two bytes of a key, what their unit is worth in each limb, so that nothing is divided but the sums. */
const KEY_WORTH = Array.from({ length: KEY_BYTES / 2 }, (_, at) => {
  const unit = 65536n ** BigInt(KEY_BYTES / 2 - 1 - at);
  return Float64Array.from({ length: KEY_LIMBS }, (_limb, limb) =>
    Number((unit / BigInt(KEY_LIMB) ** BigInt(KEY_LIMBS - 1 - limb)) % BigInt(KEY_LIMB)),
  );
});
const sums = new Float64Array(KEY_LIMBS);
const letters = Buffer.alloc(KEY_LIMBS * 5);
const LETTER = Buffer.from(ALPHABET, 'latin1');

function encodeKey(bytes: Uint8Array): string {
  sums.fill(0);
  for (let at = 0; at < KEY_WORTH.length; at++) {
    const worth = KEY_WORTH[at] ?? sums;
    const word = (bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0);
    for (let limb = 0; limb < KEY_LIMBS; limb++) sums[limb] = (sums[limb] ?? 0) + word * (worth[limb] ?? 0);
  }
  let carry = 0;
  for (let limb = KEY_LIMBS - 1; limb >= 0; limb--) {
    const sum = (sums[limb] ?? 0) + carry;
    carry = Math.floor(sum / KEY_LIMB);
    let rest = sum - carry * KEY_LIMB;
    for (let at = limb * 5 + 4; at >= limb * 5; at--) {
      const next = (rest / 58) | 0;
      letters[at] = LETTER[rest - next * 58] ?? 0;
      rest = next;
    }
  }
  let leading = 0;
  while (letters[leading] === ONE) leading++;
  // each leading zero byte is one '1'
  for (let at = 0; bytes[at] === 0; at++) leading--;
  return letters.toString('latin1', leading);
}

function digitTable(): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (let digit = 0; digit < ALPHABET.length; digit++) table[ALPHABET.charCodeAt(digit)] = digit;
  return table;
}

/**
 * Writes bytes in base58 (Bitcoin alphabet), the way Solana writes keys and signatures.
 *
 * @returns one '1' for each leading zero byte, then the digits; '' for no bytes
 */
export function encodeBase58(bytes: Uint8Array): string {
  if (bytes.length === KEY_BYTES) return encodeKey(bytes);
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  const limbs: number[] = [];
  const head = bytes.length % 4;
  for (let at = 0; at < bytes.length;) {
    const size = at === 0 && head > 0 ? head : 4;
    let carry = 0;
    for (let i = 0; i < size; i++) carry = carry * 256 + (bytes[at + i] ?? 0);
    const scale = size === 4 ? WORD : 256 ** size;
    for (let i = 0; i < limbs.length; i++) {
      carry += (limbs[i] ?? 0) * scale;
      const quotient = Math.floor(carry / LIMB);
      limbs[i] = carry - quotient * LIMB;
      carry = quotient;
    }
    for (; carry > 0; carry = Math.floor(carry / LIMB)) limbs.push(carry % LIMB);
    at += size;
  }
  return '1'.repeat(zeros) + digitsOf(limbs);
}

function digitsOf(limbs: readonly number[]): string {
  let text = '';
  for (let i = limbs.length - 1; i >= 0; i--) {
    const limb = limbs[i] ?? 0;
    const pair = Math.floor(limb / 58);
    text += (PAIRS[pair] ?? '') + ALPHABET.charAt(limb - pair * 58);
  }
  let leading = 0;
  while (text.charCodeAt(leading) === ONE) leading++;
  return leading === 0 ? text : text.slice(leading);
}

/**
 * Reads base58 text.
 *
 * @returns the bytes, or null where a character is not of the alphabet
 */
export function decodeBase58(text: string): Uint8Array | null {
  let zeros = 0;
  while (zeros < text.length && text[zeros] === '1') zeros++;
  const limbs: number[] = [];
  for (let at = zeros; at < text.length;) {
    const size = Math.min(5, text.length - at);
    let carry = 0;
    for (let i = 0; i < size; i++) {
      const digit = DIGIT[text.charCodeAt(at + i)] ?? -1;
      if (digit < 0) return null;
      carry = carry * 58 + digit;
    }
    const scale = 58 ** size;
    for (let i = 0; i < limbs.length; i++) {
      carry += (limbs[i] ?? 0) * scale;
      limbs[i] = carry & 0xffff;
      carry = Math.floor(carry / 65536);
    }
    for (; carry > 0; carry = Math.floor(carry / 65536)) limbs.push(carry & 0xffff);
    at += size;
  }
  return bytesOf(limbs, zeros);
}

function bytesOf(limbs: readonly number[], zeros: number): Uint8Array {
  const last = limbs.at(-1) ?? 0;
  const size = limbs.length === 0 ? 0 : limbs.length * 2 - (last < 256 ? 1 : 0);
  const bytes = new Uint8Array(zeros + size);
  for (let i = 0; i < size; i++) {
    const limb = limbs[i >> 1] ?? 0;
    bytes[bytes.length - 1 - i] = i % 2 === 0 ? limb & 0xff : limb >> 8;
  }
  return bytes;
}
