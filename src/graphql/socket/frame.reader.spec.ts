import { array, assert, integer, property, string, uint8Array } from 'fast-check';
import { FrameProblem, FrameReader } from './frame.reader';
import type { FrameEvents } from './frame.reader';
import { closeFrame, controlFrame, Opcode, textFrame } from './frames';

/** A masked frame, as a client sends it. */
function frame(opcode: number, payload: Buffer, options: { isFinal?: boolean; first?: number } = {}): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const first = options.first ?? (options.isFinal === false ? 0 : 0x80) | opcode;
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : payload.length < 65_536
        ? Buffer.from([0xfe, payload.length >> 8, payload.length & 0xff])
        : Buffer.from([
            0xff,
            0,
            0,
            0,
            0,
            0,
            payload.length >> 16,
            (payload.length >> 8) & 0xff,
            payload.length & 0xff,
          ]);
  const masked = payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0));
  return Buffer.concat([Buffer.from([first]), length, mask, masked]);
}

const text = (message: string): Buffer => frame(Opcode.text, Buffer.from(message));

function read(pieces: readonly Buffer[], maxBytes = 100_000): string[] {
  const seen: string[] = [];
  const events: FrameEvents = {
    text: (message) => seen.push(message),
    ping: (payload) => seen.push(`ping ${payload.toString()}`),
    pong: () => seen.push('pong'),
    closed: (code) => seen.push(`close ${code ?? 'without code'}`),
  };
  const reader = new FrameReader(maxBytes);
  for (const piece of pieces) reader.read(piece, events);
  return seen;
}

function codeOf(pieces: readonly Buffer[]): number | undefined {
  try {
    read(pieces, 1_000);
    return undefined;
  } catch (err) {
    if (err instanceof FrameProblem) return err.code;
    throw err;
  }
}

describe('FrameReader', () => {
  it('reads the same messages however their bytes are cut into pieces', () => {
    assert(
      property(array(string({ unit: 'binary' })), array(integer({ min: 1, max: 40 })), (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(text));
        const pieces: Buffer[] = [];
        for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
          const size = cuts[cut % Math.max(1, cuts.length)] ?? 7;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(read(pieces)).toEqual(messages);
      }),
    );
  });

  it.each([125, 126, 65_535, 65_536])('reads a message of %i bytes', (length) => {
    expect(read([text('x'.repeat(length))])).toEqual(['x'.repeat(length)]);
  });

  it('joins fragments, with a ping between them', () => {
    const parts = [
      frame(Opcode.text, Buffer.from('fan'), { isFinal: false }),
      frame(Opcode.ping, Buffer.from('?')),
      frame(Opcode.continuation, Buffer.from('-'), { isFinal: false }),
      frame(Opcode.continuation, Buffer.from('out')),
      text('next'),
    ];
    expect(read(parts)).toEqual(['ping ?', 'fan-out', 'next']);
  });

  it('tells how the client closes', () => {
    expect(read([frame(Opcode.close, Buffer.from([0x03, 0xe9]))])).toEqual(['close 1001']);
    expect(read([frame(Opcode.close, Buffer.alloc(0))])).toEqual(['close without code']);
  });

  it.each([
    ['a frame that is not masked', Buffer.from([0x81, 1, 65]), 1002],
    ['reserved bits', frame(Opcode.text, Buffer.from('x'), { first: 0xc1 }), 1002],
    ['an unknown opcode', frame(3, Buffer.from('x')), 1002],
    ['an unknown control opcode', frame(11, Buffer.from('x')), 1002],
    ['a control frame that is too long', frame(Opcode.ping, Buffer.alloc(126)), 1002],
    ['a control frame in fragments', frame(Opcode.ping, Buffer.alloc(1), { isFinal: false }), 1002],
    ['a continuation of nothing', frame(Opcode.continuation, Buffer.from('x')), 1002],
    ['binary data', frame(Opcode.binary, Buffer.from('x')), 1003],
    ['text that is no UTF-8', frame(Opcode.text, Buffer.from([0xff, 0xfe])), 1007],
    ['a message that is too long', text('x'.repeat(1_001)), 1009],
  ])('refuses %s', (_, bytes, code) => {
    expect(codeOf([bytes])).toBe(code);
  });

  it('refuses fragments that are too long together, and a second message between them', () => {
    const half = frame(Opcode.text, Buffer.alloc(600, 120), { isFinal: false });
    expect(codeOf([half, frame(Opcode.continuation, Buffer.alloc(600, 120))])).toBe(1009);
    expect(codeOf([half, text('x')])).toBe(1002);
  });

  it('refuses a long message by its header, before its bytes have come', () => {
    expect(codeOf([text('x'.repeat(70_000)).subarray(0, 14)])).toBe(1009);
  });

  it('throws nothing but a FrameProblem, whatever the bytes', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), (bytes) => {
        codeOf([Buffer.from(bytes)]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('frames of ours', () => {
  it('are whole and unmasked', () => {
    expect(Buffer.from(textFrame('ab'), 'latin1')).toEqual(Buffer.from([0x81, 2, 97, 98]));
    expect(Buffer.from(textFrame('x'.repeat(300)), 'latin1').subarray(0, 4)).toEqual(
      Buffer.from([0x81, 126, 1, 44]),
    );
    expect(Buffer.from(textFrame('x'.repeat(70_000)), 'latin1').subarray(0, 10)).toEqual(
      Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
    );
    expect(Buffer.from(controlFrame(Opcode.ping), 'latin1')).toEqual(Buffer.from([0x89, 0]));
  });

  it('close with a reason that fits into a control frame', () => {
    const bytes = Buffer.from(closeFrame(4400, 'é'.repeat(200)), 'latin1');
    expect([bytes[0], bytes[1], bytes.readUInt16BE(2)]).toEqual([0x88, 125, 4400]);
    expect(bytes.length).toBe(127);
  });
});
