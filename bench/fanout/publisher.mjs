/*
 * A thread that publishes to Redis at given moments and notes when it did, whatever the load client is doing. One
 * publication is numbered one above the other; the clock is the process's own.
 */
import { connect } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { FIRST_NUMBER, publication } from './payload.mjs';

const SLOTS = 1 << 20;
/** States that come sooner after one another are told as one. */
const CONFLATED_MS = 100;
const command = (...parts) =>
  `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`;

/** The publishing thread, seen from the load client. */
export class Publisher {
  next = FIRST_NUMBER;

  constructor(redis, base) {
    const times = new SharedArrayBuffer(SLOTS * 8);
    this.times = new Float64Array(times);
    this.worker = new Worker(new URL(import.meta.url), { workerData: { redis, base, times } });
  }

  /** When a number was published, ms. */
  sentAt = (number) => this.times[number % SLOTS];

  /** Publishes `count` numbers, `everyMs` apart; resolves with the last of them when it is published. */
  async run({ server, operation, count, everyMs }) {
    const from = this.next;
    this.next += count;
    const done = new Promise((resolve) => this.worker.once('message', resolve));
    const { name, prefix, epoch } = server;
    this.worker.postMessage({ to: { name, prefix, epoch }, operation, from, count, everyMs });
    await done;
    return { from, last: this.next - 1 };
  }

  async close() {
    await this.worker.terminate();
  }
}

if (!isMainThread) {
  const { redis, base, times } = workerData;
  const sentAt = new Float64Array(times);
  const now = () => Number(process.hrtime.bigint() - base) / 1e6;
  const socket = connect({ host: redis.host, port: redis.port, noDelay: true });
  socket.resume();
  if (redis.password !== '') socket.write(command('AUTH', redis.username, redis.password));
  parentPort.on('message', ({ to, operation, from, count, everyMs }) => {
    let sent = 0;
    let dueAt = now();
    const publishDue = () => {
      while (sent < count && now() >= dueAt) {
        const number = from + sent;
        const text = command('PUBLISH', ...publication(to, operation, number));
        const at = now();
        sentAt[number % SLOTS] = at;
        socket.write(text);
        sent += 1;
        // at rates that are never conflated what was late is made up for; at others the gap is kept
        dueAt = (everyMs < CONFLATED_MS ? dueAt : at) + everyMs;
      }
      if (sent === count) parentPort.postMessage('done');
      else setTimeout(publishDue, Math.max(0, dueAt - now()));
    };
    publishDue();
  });
}
