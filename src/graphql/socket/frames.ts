/** Why a socket was closed; 44xx as in the graphql-transport-ws protocol, the rest as in RFC 6455. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  invalidText: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  tryAgainLater: 1013,
  badRequest: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  subprotocolNotAcceptable: 4406,
  connectionInitTimeout: 4408,
  subscriberAlreadyExists: 4409,
  tooSlow: 4413,
  tooManyInitRequests: 4429,
  internalError: 4500,
} as const;

/** One of {@link CloseCode}. */
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** Kinds of frames (RFC 6455, 5.2). */
export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MAX_REASON_BYTES = 123;

let lastLength = -1;
let lastHeader = '';

/** Header of an unmasked text frame whose payload has `length` bytes, one character per byte. */
export function textHeader(length: number): string {
  // members of a group differ little in the length of their ids
  if (length !== lastLength) {
    lastHeader = headerOf(Opcode.text, length);
    lastLength = length;
  }
  return lastHeader;
}

/** A whole text frame of `payload`, which holds one character per byte. */
export function textFrame(payload: string): string {
  return textHeader(payload.length) + payload;
}

/** A control frame; `payload` holds one character per byte, at most 125. */
export function controlFrame(opcode: number, payload = ''): string {
  return headerOf(opcode, payload.length) + payload;
}

/** A close frame; a reason that is too long is cut. */
export function closeFrame(code: number, reason: string): string {
  const bytes = Buffer.from(reason, 'utf8').subarray(0, MAX_REASON_BYTES);
  return controlFrame(Opcode.close, String.fromCharCode(code >> 8, code & 0xff) + bytes.toString('latin1'));
}

/** The UTF-8 bytes of `text`, one character each. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function headerOf(opcode: number, length: number): string {
  const first = FINAL | opcode;
  if (length < 126) return String.fromCharCode(first, length);
  if (length < 65_536) return String.fromCharCode(first, 126, length >> 8, length & 0xff);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return String.fromCharCode(first, 127) + bytes.toString('latin1');
}
