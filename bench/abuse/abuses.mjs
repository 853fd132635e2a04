/*
 * Kinds of abuse: 200 requests a second from 20 addresses that stay just within their limits, or from four that do not,
 * or sockets that misuse the protocol. Each function begins it and gives back how to stop, which tells the outcomes.
 */
import { Agent } from 'node:http';
import { WebSocket } from 'ws';
import { post } from './users.mjs';

const REQUESTS_PER_SECOND = 200;
/** As many as stay within their limits for a phase, so that all of it is really worked on. */
const ADDRESSES = 20;
const repeat = (count, make) => Array.from({ length: count }, (_, number) => make(number)).join(' ');
const queryOf = (query, variables) => JSON.stringify({ query, variables });

/** Addresses of each phase are new. */
const block = process.pid % 250;

/** The same kind of body again and again. @param rate - a second */
function flood(bodyOf, { rate = REQUESTS_PER_SECOND, addresses = ADDRESSES } = {}) {
  return (port) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    const outcomes = {};
    const running = new Set();
    const startedAtMs = performance.now();
    let number = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - startedAtMs) / 1000) * rate;
      while (number < due) {
        number += 1;
        const asked = post(port, agent, {
          body: bodyOf(number),
          address: `10.2.${block}.${number % addresses}`,
        }).then((status) => {
          outcomes[status] = (outcomes[status] ?? 0) + 1;
          running.delete(asked);
        });
        running.add(asked);
      }
    }, 5);
    return async () => {
      clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
      return outcomes;
    };
  };
}

/** Sockets that are opened again when they are closed. @param misuse - what one does after its acknowledgement */
function sockets(count, misuse) {
  return (port) => {
    const outcomes = {};
    const open = new Set();
    let isStopped = false;
    const begin = () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
        headers: { 'x-forwarded-for': '10.3.0.1' },
      });
      open.add(socket);
      socket.once('open', () => socket.send('{"type":"connection_init"}'));
      socket.once('message', () => misuse(socket));
      socket.on('error', () => undefined);
      socket.once('close', (code) => {
        open.delete(socket);
        outcomes[code] = (outcomes[code] ?? 0) + 1;
        if (!isStopped) setTimeout(begin, 250);
      });
    };
    for (let number = 0; number < count; number += 1) begin();
    return async () => {
      isStopped = true;
      outcomes.open = open.size;
      for (const socket of open) socket.terminate();
      return outcomes;
    };
  };
}

const subscribe = (socket, id, query) =>
  socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }));
const tenMegabytes = queryOf('query ($id: ID!) { timer(id: $id) { id } }', {
  id: 'x'.repeat(10 * 1024 * 1024),
});

/** Kinds of abuse by name. */
export const abuses = {
  'requests without end': flood(() => queryOf('{ timer { id status } }'), { addresses: 4 }),
  '1,000 aliases': flood(() => queryOf(`{ ${repeat(1_000, (number) => `a${number}: clock`)} }`)),
  'depth 50': flood(() => queryOf(`{ timer ${'{ lastTrade '.repeat(50)}${' }'.repeat(50)} }`)),
  'circular fragments': flood((number) =>
    queryOf(
      `{ timer { ...A${number} } } fragment A${number} on Timer { id ...B } fragment B on Timer { ...A${number} }`,
    ),
  ),
  'the same field 1,200 times': flood(() => queryOf(`{ ${repeat(1_200, () => 'timer { id }')} }`)),
  'the most that is allowed': flood((number) =>
    queryOf(
      `{ ${repeat(8, (n) => `a${n}x${number}: trades(first: 250) { nodes { id side amount price } }`)} }`,
    ),
  ),
  'a list of 10,000': flood(() =>
    queryOf('query ($t: [TimerEventType!]) { timerEvents(filter: { types: $t }) { nodes { id } } }', {
      t: Array.from({ length: 10_000 }, () => 'RESET'),
    }),
  ),
  '10 MB of variables': flood(() => tenMegabytes, { rate: 10 }),
  '10,000 subscriptions on one socket': sockets(5, (socket) => {
    for (let id = 0; id < 10_000; id += 1) subscribe(socket, id, 'subscription { timerUpdated { id } }');
  }),
  'slow readers': sockets(50, (socket) => {
    socket.pause();
    for (let id = 0; id < 40; id += 1) subscribe(socket, id, 'subscription { timerTick { id status } }');
  }),
};
