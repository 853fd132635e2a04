import fc from 'fast-check';
import { decodeBase58, encodeBase58 } from './base58';

describe('base58', () => {
  it.each([
    ['', ''],
    ['00', '1'],
    ['0000', '11'],
    ['61', '2g'],
    ['626262', 'a3gV'],
    ['73696d706c792061206c6f6e6720737472696e67', '2cFupjhnEsSn59qHXstmK2ffpLv2'],
    ['00eb15231dfceb60925886b67d065299925915aeb172c06647', '1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L'],
    ['10c8511e', 'Rt5zm'],
    [`${'00'.repeat(31)}01`, `${'1'.repeat(31)}2`],
    ['00'.repeat(32), '1'.repeat(32)],
    ['ff'.repeat(32), 'JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG'],
    [
      '06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9',
      'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    ],
  ])('writes the bytes %s as "%s" and reads them back', (hex, text) => {
    expect(encodeBase58(Buffer.from(hex, 'hex'))).toBe(text);
    expect(Buffer.from(decodeBase58(text) ?? []).toString('hex')).toBe(hex);
  });

  it('reads back whatever it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase58(encodeBase58(bytes))).toEqual(bytes);
      }),
    );
  });

  it('writes keys, which it does another way, as it writes the rest', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(32), (bytes, zeros) => {
        const key = bytes.fill(0, 0, zeros);
        expect(decodeBase58(encodeBase58(key))).toEqual(key);
        // the same number behind one more zero byte
        expect(encodeBase58(Uint8Array.of(0, ...key))).toBe(`1${encodeBase58(key)}`);
      }),
    );
  });

  it.each(['0', 'O', 'I', 'l', 'a b', 'é', '2g+'])(
    'reads nothing from "%s", which is not of the alphabet',
    (text) => {
      expect(decodeBase58(text)).toBeNull();
    },
  );
});
