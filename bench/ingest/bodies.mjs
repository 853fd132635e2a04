/*
 * Webhook bodies for a measurement: recorded transactions from the tape, half of them trades of one mint, each filled up
 * with log lines to the median size of the recordings, so that JSON costs what it costs in production.
 */
import { createRequire } from 'node:module';
import path from 'node:path';

/** Median size, in bytes of compact JSON, of the 225 recordings that the tape was transcribed from. */
export const MEDIAN_BYTES = 11_319;
const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const SIGNATURE = 'SIGNATURE'.repeat(10).slice(0, 88);
const SLOT = 987_654_321_987;
const BLOCK_TIME = 876_543_219_876;

/** Cuts transactions at what differs from one delivery to the next. */
function templateOf(payload) {
  const lines = [];
  const sizeWith = () =>
    Buffer.byteLength(JSON.stringify({ ...payload, meta: { ...payload.meta, logMessages: lines } }));
  while (sizeWith() < MEDIAN_BYTES - 140) {
    lines.push(
      `Program log: Instruction: Transfer ${String(lines.length).padStart(4, '0')} consumed 4645 of 196532 compute units`,
    );
  }
  lines.push('x'.repeat(Math.max(0, MEDIAN_BYTES - sizeWith() - 3)));
  const text = JSON.stringify({ ...payload, meta: { ...payload.meta, logMessages: lines } });
  return text.split(new RegExp(`(${SIGNATURE}|${SLOT}|${BLOCK_TIME})`));
}

function fill(parts, signature, { slot, blockTimeSec }) {
  return parts
    .map((part) =>
      part === SIGNATURE
        ? signature
        : part === String(SLOT)
          ? slot
          : part === String(BLOCK_TIME)
            ? blockTimeSec
            : part,
    )
    .join('');
}

/** A base58 text of 88 digits for each number; 64 bytes when decoded. */
export function signatureOf(number) {
  let tail = '';
  for (let rest = number; tail.length < 8; rest = Math.floor(rest / 58))
    tail = DIGITS.charAt(rest % 58) + tail;
  return `${'5'.repeat(79)}${tail}`;
}

/** Templates of trades and of other transactions that succeed, as the raw webhook would send them. */
export function templates(compiled, mint) {
  const require = createRequire(import.meta.url);
  const { readTape } = require(path.join(compiled, 'demo/read-tape'));
  const { toRpcTransaction } = require(path.join(compiled, 'demo/tape'));
  const entries = readTape().filter(({ err, labels }) => err === null && labels[0]?.isAmbiguous === false);
  const as = { signature: SIGNATURE, slot: SLOT, blockTimeSec: BLOCK_TIME, mint };
  const made = (wanted) =>
    entries
      .filter((entry) => wanted(entry.labels[0].expected))
      .map((entry) => templateOf(toRpcTransaction(entry, as)));
  return { trades: made((expected) => expected !== 'none'), others: made((expected) => expected === 'none') };
}

/** Makes bodies of `size` transactions; every second transaction is a trade. */
export class Bodies {
  constructor({ trades, others }, size) {
    this.kinds = [trades, others];
    this.size = size;
    this.made = 0;
  }

  /** @param place - slot and block time that the transactions lie in */
  next(place) {
    const transactions = Array.from({ length: this.size }, () => this.transaction(this.made++, place));
    return `[${transactions.join(',')}]`;
  }

  /** One of them, by its number. */
  transaction(number, place) {
    const kind = this.kinds[number % 2];
    return fill(kind[(number >> 1) % kind.length], signatureOf(number), place);
  }
}
