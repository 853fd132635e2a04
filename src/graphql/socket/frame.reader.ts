import { isUtf8 } from 'node:buffer';
import { CloseCode, Opcode } from './frames';

/** What a client has sent. */
export interface FrameEvents {
  text(message: string): void;
  ping(payload: Buffer): void;
  pong(): void;
  /** The client closes. @param code - null where it named none */
  closed(code: number | null): void;
}

/** A client broke the rules of RFC 6455; the socket closes with this code. */
export class FrameProblem extends Error {
  constructor(
    readonly code: CloseCode,
    message: string,
  ) {
    super(message);
    this.name = 'FrameProblem';
  }
}

/** Start of a frame, as far as its header says. */
interface Header {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly headerBytes: number;
  readonly payloadBytes: number;
}

const MASK_BYTES = 4;
const MAX_CONTROL_BYTES = 125;
const EMPTY = Buffer.alloc(0);

/** Reads the frames of one client out of whatever pieces arrive; between messages it holds no memory. */
export class FrameReader {
  private rest: Buffer | null = null;
  private fragments: Buffer[] | null = null;
  private fragmentBytes = 0;

  /** @param maxBytes - longest message, its fragments together */
  constructor(private readonly maxBytes: number) {}

  /** Reads what has arrived. @throws FrameProblem */
  read(piece: Buffer, events: FrameEvents): void {
    let data = this.rest === null ? piece : Buffer.concat([this.rest, piece]);
    this.rest = null;
    for (;;) {
      const header = this.headerOf(data);
      const total = header === null ? Infinity : header.headerBytes + header.payloadBytes;
      if (header === null || data.length < total) {
        // a copy, so that the large buffer of the read is let go
        if (data.length > 0) this.rest = Buffer.from(data);
        return;
      }
      this.take(header, unmask(data, header.headerBytes, total), events);
      data = data.subarray(total);
    }
  }

  private headerOf(data: Buffer): Header | null {
    if (data.length < 2) return null;
    const first = data.readUInt8(0);
    const second = data.readUInt8(1);
    if ((first & 0x70) !== 0) throw new FrameProblem(CloseCode.protocolError, 'reserved bits are set');
    if ((second & 0x80) === 0) throw new FrameProblem(CloseCode.protocolError, 'frames must be masked');
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const headerBytes = 2 + lengthBytes + MASK_BYTES;
    if (data.length < headerBytes) return null;
    const header = {
      isFinal: (first & 0x80) !== 0,
      opcode: first & 0x0f,
      headerBytes,
      payloadBytes: payloadBytesOf(data, short),
    };
    this.check(header);
    return header;
  }

  private check({ isFinal, opcode, payloadBytes }: Header): void {
    if (opcode >= Opcode.close) {
      if (opcode > Opcode.pong) throw new FrameProblem(CloseCode.protocolError, 'unknown opcode');
      if (!isFinal || payloadBytes > MAX_CONTROL_BYTES)
        throw new FrameProblem(CloseCode.protocolError, 'a control frame is one short frame');
      return;
    }
    if (opcode > Opcode.binary) throw new FrameProblem(CloseCode.protocolError, 'unknown opcode');
    if (opcode === Opcode.binary) throw new FrameProblem(CloseCode.unsupportedData, 'messages are text');
    if ((opcode === Opcode.continuation) !== (this.fragments !== null))
      throw new FrameProblem(CloseCode.protocolError, 'fragments are out of order');
    if (this.fragmentBytes + payloadBytes > this.maxBytes)
      throw new FrameProblem(CloseCode.messageTooBig, `a message has at most ${this.maxBytes} bytes`);
  }

  private take({ isFinal, opcode }: Header, payload: Buffer, events: FrameEvents): void {
    if (opcode === Opcode.ping) events.ping(payload);
    else if (opcode === Opcode.pong) events.pong();
    else if (opcode === Opcode.close) events.closed(payload.length < 2 ? null : payload.readUInt16BE(0));
    else if (isFinal) events.text(this.whole(payload));
    else {
      this.fragments ??= [];
      if (payload.length > 0) this.fragments.push(payload);
      this.fragmentBytes += payload.length;
    }
  }

  private whole(last: Buffer): string {
    const bytes = this.fragments === null ? last : Buffer.concat([...this.fragments, last]);
    this.fragments = null;
    this.fragmentBytes = 0;
    if (!isUtf8(bytes)) throw new FrameProblem(CloseCode.invalidText, 'text must be UTF-8');
    return bytes.toString('utf8');
  }
}

function payloadBytesOf(data: Buffer, short: number): number {
  if (short < 126) return short;
  if (short === 126) return data.readUInt16BE(2);
  return Number(data.readBigUInt64BE(2));
}

function unmask(data: Buffer, start: number, end: number): Buffer {
  if (start === end) return EMPTY;
  const payload = Buffer.from(data.subarray(start, end));
  for (let at = 0; at < payload.length; at += 1) {
    const key = data[start - MASK_BYTES + (at & 3)] ?? 0;
    payload[at] = (payload[at] ?? 0) ^ key;
  }
  return payload;
}
