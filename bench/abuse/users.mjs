/* Normal users: each asks once, from an address of its own, at a fixed rate over kept connections. */
import { Agent, request } from 'node:http';

const USERS_PER_SECOND = 60;
const QUERIES = [
  '{ timer { id status deadline remainingMs lastTrade { trader amount } } }',
  '{ timer { status deadline } clock }',
  '{ trades(first: 20) { nodes { id side amount } pageInfo { hasNextPage } } }',
  '{ rounds(first: 5) { nodes { number winner } } }',
];

/** Sends one operation; resolves with the status, 0 where the connection broke. */
export function post(port, agent, { body, address, length = Buffer.byteLength(body) }) {
  return new Promise((resolve) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        path: '/graphql',
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': length,
          'x-forwarded-for': address,
        },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode));
        answer.once('error', () => resolve(0));
      },
    );
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}

/** Begins to ask. `stop` resolves with what each had to wait, in ms, null where it was not served. */
export function startUsers(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const waits = [];
  const running = new Set();
  const startedAtMs = performance.now();
  let number = 0;
  const askDue = () => {
    const due = ((performance.now() - startedAtMs) / 1000) * USERS_PER_SECOND;
    while (number < due) {
      const wantedAtMs = startedAtMs + (number / USERS_PER_SECOND) * 1000;
      const address = `10.1.${(number >> 8) % 256}.${number % 256}`;
      const body = JSON.stringify({ query: QUERIES[number % QUERIES.length] });
      number += 1;
      const asked = post(port, agent, { body, address }).then((status) => {
        waits.push(status === 200 ? performance.now() - wantedAtMs : null);
        running.delete(asked);
      });
      running.add(asked);
    }
  };
  const timer = setInterval(askDue, 2);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
      return waits;
    },
  };
}

/** How many were asked and served, and how long it took. */
export function summaryOf(waits) {
  const served = waits.filter((wait) => wait !== null).sort((a, b) => a - b);
  const at = (share) =>
    Number((served[Math.min(served.length - 1, Math.floor(served.length * share))] ?? NaN).toFixed(2));
  return {
    asked: waits.length,
    failed: waits.length - served.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}
