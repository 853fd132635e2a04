/*
 * Sends webhook bodies at a steady rate over keep-alive connections, in a process of its own, and tells the parent once
 * a second how far it is. It is told what to do by its first message.
 */
import { connect } from 'node:net';
import { Bodies, signatureOf, templates } from './bodies.mjs';
import { blockTimeOf, ChainNode, slotNow } from './node.mjs';

const CONNECTIONS = 32;
const TICK_MS = 10;

/** One keep-alive connection: one request at a time. */
class Line {
  constructor({ host, port, secret }, onAnswer) {
    this.head = `POST /api/webhook/helius HTTP/1.1\r\nhost: ${host}\r\nauthorization: ${secret}\r\ncontent-type: application/json\r\n`;
    this.socket = connect({ host, port, noDelay: true });
    this.isFree = true;
    let text = '';
    this.socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + 4 + length) return;
      const status = Number(text.slice(9, 12));
      text = '';
      this.isFree = true;
      onAnswer(status, performance.now() - this.sentAt);
    });
    this.socket.on('error', () => onAnswer(0, performance.now() - this.sentAt));
  }

  send(body) {
    this.isFree = false;
    this.sentAt = performance.now();
    this.socket.write(`${this.head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}

/** Transactions are pushed once they are confirmed. */
const PUSHED_AFTER_SLOTS = 3;

/** Serves the chain, and sends once it is told to. */
async function prepare({ compiled, mint, size }) {
  const bodies = new Bodies(templates(compiled, mint), size);
  const payloadOf = (number, slot) => bodies.transaction(number, { slot, blockTimeSec: blockTimeOf(slot) });
  const node = new ChainNode(mint, signatureOf, payloadOf);
  const { server, url } = await node.listen();
  process.once('message', (order) => run(order, { bodies, node, size }));
  process.once('disconnect', () => {
    server.closeAllConnections();
    server.close();
  });
  process.send({ url });
}

function run({ target, perSecond, seconds }, { bodies, node, size }) {
  const latencies = [];
  let [answered, refused, due, late] = [0, 0, 0, 0];
  const line = () =>
    new Line(target, (status, ms) => {
      latencies.push(ms);
      answered += 1;
      if (status !== 200) refused += 1;
      pump();
    });
  const lines = Array.from({ length: CONNECTIONS }, line);
  let waiting = 0;
  const pump = () => {
    for (const free of lines) {
      if (waiting < 1) return;
      if (!free.isFree) continue;
      waiting -= 1;
      const slot = slotNow() - PUSHED_AFTER_SLOTS;
      for (let number = 0; number < size; number += 1) node.slots.push(slot);
      free.send(bodies.next({ slot, blockTimeSec: blockTimeOf(slot) }));
    }
  };
  const startedAt = performance.now();
  const report = () => {
    const sorted = latencies.splice(0).toSorted((a, b) => a - b);
    const at = (share) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
    process.send({
      sent: bodies.made,
      answered,
      refused,
      waiting: Math.floor(waiting),
      late,
      p50: at(0.5),
      p99: at(0.99),
    });
  };
  const telling = setInterval(report, 1_000);
  const ticking = setInterval(() => {
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs >= seconds * 1_000) {
      clearInterval(ticking);
      const ending = setInterval(() => {
        if (lines.some(({ isFree }) => !isFree) || waiting >= 1) return;
        clearInterval(ending);
        clearInterval(telling);
        report();
        process.send({
          end: true,
          sent: bodies.made,
          answered,
          refused,
          elapsedMs: performance.now() - startedAt,
          calls: node.calls,
        });
        for (const { socket } of lines) socket.destroy();
      }, TICK_MS);
      return;
    }
    const wanted = (elapsedMs / 1_000) * (perSecond / size);
    waiting += wanted - due;
    due = wanted;
    late = Math.max(late, waiting);
    pump();
  }, TICK_MS);
}

process.once('message', (order) => void prepare(order));
