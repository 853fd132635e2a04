/*
 * A node over the chain that the generator makes up: it lists what was sent, so that the service proves and settles as in
 * production. Rows are numbers; signatures and payloads are made when they are asked for.
 */
import { createServer } from 'node:http';

const SLOT_MS = 400;
const DEPTH = { processed: 0, confirmed: 2, finalized: 32 };
const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Block time of a slot, epoch seconds. */
export const blockTimeOf = (slot) => Math.floor((slot * SLOT_MS) / 1000);
/** The slot that is being made. */
export const slotNow = () => Math.floor(Date.now() / SLOT_MS);

function numberOf(signature) {
  let number = 0;
  for (const digit of signature.slice(-8)) number = number * 58 + DIGITS.indexOf(digit);
  return number;
}

/** Serves the chain on a free loopback port. */
export class ChainNode {
  /** Slot of each transaction, by its number. */
  slots = [];
  calls = {};

  /** @param payloadOf - JSON of a transaction, by its number */
  constructor(mint, signatureOf, payloadOf) {
    this.mint = mint;
    this.signatureOf = signatureOf;
    this.payloadOf = payloadOf;
  }

  async listen() {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        const { id, method, params } = JSON.parse(text);
        this.calls[method] = (this.calls[method] ?? 0) + 1;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},${this.answer(method, params)}}`);
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, url: `http://127.0.0.1:${server.address().port}` };
  }

  answer(method, params) {
    switch (method) {
      case 'getSlot':
        return `"result":${this.reached(params[0]?.commitment)}`;
      case 'getBlockTime':
        return `"result":${blockTimeOf(params[0])}`;
      case 'getSignaturesForAddress':
        return this.list(params);
      case 'getTransaction': {
        const number = numberOf(params[0]);
        const isThere = this.slots[number] <= this.reached(params[1]?.commitment);
        return `"result":${isThere ? this.payloadOf(number, this.slots[number]) : 'null'}`;
      }
      case 'getBlock': {
        const numbers = this.slots.flatMap((slot, number) => (slot === params[0] ? [number] : []));
        return `"result":${JSON.stringify({ signatures: numbers.map(this.signatureOf) })}`;
      }
      default:
        return '"error":{"code":-32601,"message":"unknown method"}';
    }
  }

  list([address, { limit = 1_000, before, commitment, minContextSlot = 0 }]) {
    const reached = this.reached(commitment);
    if (minContextSlot > reached) return '"error":{"code":-32016,"message":"not reached"}';
    if (address !== this.mint) return '"result":[]';
    let at = before === undefined ? this.slots.length - 1 : numberOf(before) - 1;
    while (at >= 0 && this.slots[at] > reached) at -= 1;
    const rows = [];
    for (; at >= 0 && rows.length < limit; at -= 1) {
      const slot = this.slots[at];
      rows.push(
        `{"signature":"${this.signatureOf(at)}","slot":${slot},"err":null,"memo":null,"blockTime":${blockTimeOf(slot)},"confirmationStatus":"confirmed"}`,
      );
    }
    return `"result":[${rows.join(',')}]`;
  }

  reached(commitment = 'finalized') {
    return slotNow() - DEPTH[commitment];
  }
}
