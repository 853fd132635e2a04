/*
 * The time left as clients of two instances see it at one moment: each takes `deadline - serverTime` of a frame and
 * counts down from when the frame came. Told apart: by the last frame alone, and by the frame that was the quickest so
 * far, as a client does that estimates its offset.
 */
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { startServer } from '../fanout/processes.mjs';
import { distribution } from './numbers.mjs';

const QUERY = 'subscription { timerTick { deadline serverTime } }';

function follow(port) {
  const client = {
    last: null,
    quickest: null,
    socket: new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws'),
  };
  client.socket.on('open', () => client.socket.send('{"type":"connection_init"}'));
  client.socket.on('message', (data) => {
    const at = performance.now();
    const { type, payload } = JSON.parse(data.toString());
    if (type === 'connection_ack') {
      client.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
    } else if (type === 'next') {
      const { deadline, serverTime } = payload.data.timerTick;
      // shared time when this client's own clock was zero
      client.last = { deadline, offset: serverTime - at };
      if (client.quickest === null || client.last.offset > client.quickest.offset)
        client.quickest = client.last;
    }
  });
  return client;
}

/** Differences between the largest and the smallest time left of all clients, each moment. */
export async function measureSpread(services, { compiled, clients, seconds }) {
  const prefix = `sync${Date.now().toString(36)}`;
  const servers = [];
  for (const instance of ['one', 'two']) {
    servers.push(
      await startServer('ours', services, { compiled, prefix, environment: { INSTANCE_ID: instance } }),
    );
  }
  const all = servers.flatMap(({ port }) => Array.from({ length: clients }, () => follow(port)));
  while (all.some(({ last }) => last === null)) await delay(50);
  await delay(2_000);
  const [naive, synced] = [[], []];
  const endsAt = performance.now() + seconds * 1000;
  while (performance.now() < endsAt) {
    await delay(37);
    const at = performance.now();
    const apart = (pick) => {
      const left = all.map((client) => pick(client).deadline - (pick(client).offset + at));
      return Math.max(...left) - Math.min(...left);
    };
    naive.push(apart(({ last }) => last));
    synced.push(apart(({ quickest }) => quickest));
  }
  for (const { socket } of all) socket.terminate();
  for (const server of servers) await server.stop();
  return { instances: 2, clients: all.length, naive: distribution(naive), synced: distribution(synced) };
}
