import fc from 'fast-check';
import { base58ByteLength, encodeBase58 } from './base58';

describe('base58', () => {
  it('writes zero bytes as ones and the known text of a known value', () => {
    expect(encodeBase58(new Uint8Array(32))).toBe('1'.repeat(32));
    expect(encodeBase58(Buffer.from('Hello World!'))).toBe('2NEpo7TZRRrLZSi2U');
  });

  it('tells the number of bytes behind every text it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(base58ByteLength(encodeBase58(bytes))).toBe(bytes.length);
      }),
    );
  });

  it('knows a real mint and a real signature by their length', () => {
    expect(base58ByteLength('9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p')).toBe(32);
    expect(
      base58ByteLength(
        '5R1hm2BUEm6ks5kDCaUpMfAyvRGuZxSCTuANyPBHkLKs6hhmZ8aAgboB6jRC1jKRqwRTyYUNpFJbPvt7ygXEeQMk',
      ),
    ).toBe(64);
  });

  it.each(['0', 'O', 'I', 'l', 'abc def', '1'.repeat(101)])('refuses %j', (text) => {
    expect(base58ByteLength(text)).toBeNull();
  });
});
