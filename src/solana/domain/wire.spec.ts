import { ann, ben } from '../../../test/support/cast';
import { decodeBase58, encodeBase58 } from './base58';
import { SolanaError } from './solana.errors';
import { readWire } from './wire';

const key = (address: string): Buffer => Buffer.from(decodeBase58(address) ?? []);
const signature = Buffer.from(Array.from({ length: 64 }, (_, index) => index + 1));
const hash = Buffer.alloc(32);

interface Parts {
  readonly signatures?: readonly Buffer[];
  readonly version?: number;
  readonly keys?: readonly Buffer[];
  readonly instructions?: Buffer;
}

function wireOf({
  signatures = [signature],
  version,
  keys = [key(ann), key(ben)],
  instructions,
}: Parts): Buffer {
  return Buffer.concat([
    Buffer.from([signatures.length]),
    ...signatures,
    Buffer.from(version === undefined ? [] : [version]),
    Buffer.from([2, 0, 1, keys.length]),
    ...keys,
    hash,
    instructions ?? Buffer.from([1, 1, 2, 0, 1, 3, 7, 8, 9]),
  ]);
}

function read(wire: Buffer): ReturnType<typeof readWire> {
  return readWire(wire.toString('base64'));
}

function missing(wire: Buffer): unknown {
  try {
    read(wire);
  } catch (error) {
    if (error instanceof SolanaError) return error.context['missing'];
    throw error;
  }
  return null;
}

describe('readWire', () => {
  it.each([
    ['legacy', undefined],
    ['version 0', 0x80],
  ])('reads signature, signers, keys and instructions of a %s message', (_name, version) => {
    const { staticKeys, ...wire } = read(wireOf(version === undefined ? {} : { version }));
    expect(wire).toEqual({
      signature: encodeBase58(signature),
      signerCount: 2,
      instructions: [{ programIndex: 1, accountIndexes: Buffer.from([0, 1]), data: Buffer.from([7, 8, 9]) }],
    });
    expect([staticKeys.length, staticKeys.at(0), staticKeys.at(1), staticKeys.at(0)]).toEqual([
      2,
      ann,
      ben,
      ann,
    ]);
  });

  it('takes the first of several signatures', () => {
    const wire = wireOf({ signatures: [signature, Buffer.alloc(64, 7)] });
    expect(read(wire).signature).toBe(encodeBase58(signature));
  });

  it('reads lengths of one, two and three bytes', () => {
    for (const length of [0, 127, 128, 300, 16_383, 16_384, 20_000]) {
      const size =
        length < 128
          ? [length]
          : length < 16_384
            ? [(length & 127) | 128, length >> 7]
            : [(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14];
      const instructions = Buffer.concat([Buffer.from([1, 0, 0, ...size]), Buffer.alloc(length, 5)]);
      expect(read(wireOf({ instructions })).instructions[0]?.data).toEqual(Buffer.alloc(length, 5));
    }
  });

  it('has no key outside its own and the loaded ones', () => {
    const { staticKeys } = read(wireOf({}));
    expect([staticKeys.at(-1), staticKeys.at(2)]).toEqual([undefined, undefined]);
    const more = staticKeys.with(['loaded', 'more']);
    expect([more.length, more.at(1), more.at(2), more.at(3), more.at(4), more.at(-1)]).toEqual([
      4,
      ben,
      'loaded',
      'more',
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['no signature', wireOf({ signatures: [] }), ['transaction.signatures']],
    ['another version', wireOf({ version: 0x81 }), ['transaction.version: 0 or legacy']],
    ['a length of four bytes', Buffer.from([0x81, 0x81, 0x81, 1]), ['transaction: length']],
    ['nothing', Buffer.alloc(0), ['transaction: truncated']],
    ['an end within the data', wireOf({}).subarray(0, -1), ['transaction: truncated']],
    ['an end before the instructions', wireOf({}).subarray(0, -9), ['transaction: truncated']],
  ])('refuses %s', (_name, wire, paths) => {
    expect(missing(wire)).toEqual(paths);
  });

  it('reads bytes that end exactly with the last instruction', () => {
    expect(missing(wireOf({}))).toBeNull();
    expect(read(wireOf({ instructions: Buffer.from([0]) })).instructions).toEqual([]);
  });
});
