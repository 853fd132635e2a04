/*
 * How far the shared time of the client library is off the time of Redis, and how far it says it may be: over two
 * instances on the loopback, and over a way that is slow in one direction, where half a round trip is all that can be
 * known.
 */
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import WebSocket from 'ws';
import { createTimerClient } from '../../dist/client/index.mjs';
import { startServer } from '../fanout/processes.mjs';
import { distribution } from './numbers.mjs';

const SLOW_WAY_MS = 80;

/** Redis `TIME` minus the monotonic clock of this process, by the quickest of many questions, ms. */
async function offsetOfRedis(redis) {
  let best = { trip: Infinity, offset: NaN };
  for (let count = 0; count < 200; count += 1) {
    const sentAt = performance.now();
    const [seconds, micros] = await redis.time();
    const receivedAt = performance.now();
    const offset = Number(seconds) * 1000 + Number(micros) / 1000 - (sentAt + receivedAt) / 2;
    if (receivedAt - sentAt < best.trip) best = { trip: receivedAt - sentAt, offset };
  }
  return best.offset;
}

/** A way to `port` that takes `SLOW_WAY_MS` towards the client and nothing towards the server. */
async function slowWay(port) {
  const sockets = new Set();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far);
    far.on('data', (chunk) => setTimeout(() => near.destroyed || near.write(chunk), SLOW_WAY_MS));
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => (near.destroy(), far.destroy()));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function watch(ports, { clients, seconds, redis }) {
  const all = ports.flatMap((port) =>
    Array.from({ length: clients }, () =>
      createTimerClient({ url: `http://127.0.0.1:${port}`, webSocket: WebSocket }),
    ),
  );
  while (all.some(({ clock }) => clock === null)) await delay(50);
  await delay(2_000);
  const [off, bounds, apart] = [[], [], []];
  let beyond = 0;
  let truth = await offsetOfRedis(redis);
  const endsAt = performance.now() + seconds * 1000;
  for (let look = 1; performance.now() < endsAt; look += 1) {
    await delay(37);
    if (look % 50 === 0) truth = await offsetOfRedis(redis);
    const seen = all.map((client) => ({
      off: client.now() - performance.now() - truth,
      bound: client.clock?.errorMs ?? Infinity,
    }));
    off.push(Math.max(...seen.map((one) => Math.abs(one.off))));
    bounds.push(Math.max(...seen.map(({ bound }) => bound)));
    apart.push(Math.max(...seen.map((one) => one.off)) - Math.min(...seen.map((one) => one.off)));
    beyond += seen.filter((one) => Math.abs(one.off) > one.bound).length;
  }
  for (const client of all) client.close();
  return {
    clients: all.length,
    off: distribution(off),
    told: distribution(bounds),
    apart: distribution(apart),
    beyond,
  };
}

/** The worst of all clients at each moment: how far off, how far it says it may be, and how far apart they are. */
export async function measureClients(services, { compiled, clients, seconds }) {
  const prefix = `client${Date.now().toString(36)}`;
  const servers = [];
  for (const instance of ['one', 'two']) {
    servers.push(
      await startServer('ours', services, { compiled, prefix, environment: { INSTANCE_ID: instance } }),
    );
  }
  const redis = new Redis(services.redisUrl);
  const ways = await Promise.all(servers.map(({ port }) => slowWay(port)));
  const near = await watch(
    servers.map(({ port }) => port),
    { clients, seconds, redis },
  );
  const far = await watch(
    ways.map(({ port }) => port),
    { clients, seconds, redis },
  );
  for (const way of ways) way.close();
  redis.disconnect();
  for (const server of servers) await server.stop();
  return { instances: servers.length, near, slowWayMs: SLOW_WAY_MS, far };
}
