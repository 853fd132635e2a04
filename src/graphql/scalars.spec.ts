import { Kind } from 'graphql';
import { encodeBase58 } from '../solana/domain/base58';
import { Decimal, EpochMs, PublicKey, Signature, Slot } from './scalars';

const key = (bytes: number, fill: number) => encodeBase58(new Uint8Array(bytes).fill(fill));

describe('PublicKey', () => {
  it.each([
    key(32, 255),
    key(32, 1),
    '11111111111111111111111111111111',
    '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p',
  ])('takes %s', (text) => {
    expect(PublicKey.parseValue(text)).toBe(text);
    expect(PublicKey.parseLiteral({ kind: Kind.STRING, value: text }, {})).toBe(text);
  });

  it.each([
    '',
    '1111111111111111111111111111111',
    key(31, 255),
    key(33, 1),
    '0VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p',
    ' 11111111111111111111111111111111',
    'z'.repeat(44),
    'z'.repeat(100_000),
    5,
    null,
    {},
  ])('refuses %p', (value) => {
    expect(() => PublicKey.parseValue(value)).toThrow(/PublicKey must be/);
  });

  it('refuses a literal that is no string', () => {
    expect(() => PublicKey.parseLiteral({ kind: Kind.INT, value: '5' }, {})).toThrow(/must be a string/);
  });
});

describe('Signature', () => {
  it('takes 64 bytes and no other length', () => {
    expect(Signature.parseValue(key(64, 200))).toBe(key(64, 200));
    expect(() => Signature.parseValue(key(63, 200))).toThrow(/64 bytes/);
    expect(() => Signature.parseValue(key(32, 200))).toThrow(/64 bytes/);
  });
});

describe('Decimal', () => {
  it.each(['0', '1', '0.5', '123456789012345678901234567890.000000001'])('takes %s', (text) => {
    expect(Decimal.parseValue(text)).toBe(text);
  });

  it.each(['', '-1', '+1', '1e5', '.5', '5.', '1,5', 'NaN', '1'.repeat(61), 1.5])('refuses %p', (value) => {
    expect(() => Decimal.parseValue(value)).toThrow(/Decimal must be/);
  });
});

describe('EpochMs and Slot', () => {
  it('take integers of their range, and literals of them', () => {
    expect(EpochMs.parseValue(1_700_000_000_000)).toBe(1_700_000_000_000);
    expect(Slot.parseLiteral({ kind: Kind.INT, value: '300000000' }, {})).toBe(300_000_000);
    expect(Slot.parseValue(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([-1, 1.5, NaN, Infinity, 2 ** 53, '5', null])('refuse %p', (value) => {
    expect(() => Slot.parseValue(value)).toThrow(/Slot must be an integer/);
    expect(() => EpochMs.parseValue(value)).toThrow(/EpochMs must be an integer/);
  });

  it('refuse to send what is no integer, instead of sending something else', () => {
    expect(() => EpochMs.serialize(1.5)).toThrow(/EpochMs/);
  });
});
