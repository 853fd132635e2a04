const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** Whether `text` is a non-negative exact decimal: digits, optionally a point and digits. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/**
 * Writes an integer amount of smallest units as an exact decimal, without trailing zeros.
 *
 * @param raw - decimal integer string, may begin with `-`
 * @param decimals - how many of its last digits stand behind the point
 */
export function decimalOf(raw: string, decimals: number): string {
  const negative = raw.startsWith('-');
  const digits = (negative ? raw.slice(1) : raw).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/^0+(?=\d)/, '');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative && text !== '0' ? `-${text}` : text;
}

/** Compares two non-negative exact decimals; anything that is not one counts as 0. */
export function compareDecimals(a: string, b: string): number {
  const scale = Math.max(fractionLength(a), fractionLength(b));
  const left = scaled(a, scale);
  const right = scaled(b, scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Adds two non-negative exact decimals. */
export function addDecimals(a: string, b: string): string {
  const scale = Math.max(fractionLength(a), fractionLength(b));
  return decimalOf((scaled(a, scale) + scaled(b, scale)).toString(), scale);
}

/**
 * Divides two amounts of smallest units exactly up to `digits` fractional digits (rounded down).
 *
 * @returns null where the divisor is 0
 */
export function divideRaw(
  dividend: { raw: string; decimals: number },
  divisor: { raw: string; decimals: number },
  digits = 18,
): string | null {
  const bottom = BigInt(divisor.raw) * 10n ** BigInt(dividend.decimals);
  if (bottom === 0n) return null;
  const top = BigInt(dividend.raw) * 10n ** BigInt(divisor.decimals + digits);
  return decimalOf((top / bottom).toString(), digits);
}

function fractionLength(text: string): number {
  return DECIMAL.exec(text)?.[2]?.length ?? 0;
}

function scaled(text: string, scale: number): bigint {
  const match = DECIMAL.exec(text);
  if (match === null) return 0n;
  const fraction = match[2] ?? '';
  return BigInt((match[1] ?? '0') + fraction.padEnd(scale, '0'));
}
