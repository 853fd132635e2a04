import { generateKeyPairSync } from 'node:crypto';
import { encodeBase58 } from './base58';
import { canBeWallet } from './wallet';

function newKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  return encodeBase58(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
}

describe('canBeWallet', () => {
  it('says yes to every public key', () => {
    const keys = Array.from({ length: 50 }, newKey);
    expect(keys.filter((key) => !canBeWallet(key))).toEqual([]);
  });

  it.each([
    ['the pool authority of Raydium AMM v4', '5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1'],
    ['the pool authority of Raydium CPMM', 'GpMZbSM2GgvTKHJirzeGfMFoaZ8UR2X7F4v8vHTvxFbL'],
    ['the pool authority of Meteora DAMM v2', 'HLnpSz9h2S4hiLQ43rnSD9XkcUThA7B8hQMKmDaiTLcC'],
  ])('says no to %s, which a program derived', (_name, address) => {
    expect(canBeWallet(address)).toBe(false);
  });

  it.each([
    '',
    '1',
    'not base58 0OIl',
    encodeBase58(new Uint8Array(31).fill(7)),
    encodeBase58(new Uint8Array(32).fill(255)),
  ])('says no to "%s", which is no key at all', (text) => {
    expect(canBeWallet(text)).toBe(false);
  });

  it('gives the same answer however often and after however many others it is asked', () => {
    const key = newKey();
    expect(canBeWallet(key)).toBe(true);
    for (let i = 0; i < 4200; i++) canBeWallet(`x${String(i)}`);
    expect(canBeWallet(key)).toBe(true);
  });
});
