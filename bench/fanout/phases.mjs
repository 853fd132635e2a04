/* The phases of a measurement; each takes a running server, opens its own crowd and says what it saw. */
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './load-client.mjs';
import { FIRST_NUMBER, operations } from './payload.mjs';

const DRAIN_MS = 5_000;
/** Of a join storm: so many handshakes at once. */
const IN_FLIGHT = 500;

/** A crowd of subscribers of one operation on `server`. */
export function crowdOf(server, operation, { publisher, now }) {
  const { query, marker, hasState } = operations[operation];
  return new Crowd({
    port: server.port,
    query: server.name === 'bare' ? null : query,
    marker,
    sentAt: publisher.sentAt,
    now,
    joinsWithState: server.name === 'ours' && hasState,
    firstNumber: FIRST_NUMBER,
  });
}

async function until(isDone, limitMs) {
  const giveUpAt = performance.now() + limitMs;
  while (!isDone() && performance.now() < giveUpAt) await delay(5);
}

/** Publishes at a steady rate to a crowd that is there, and waits for stragglers. */
export async function steady(server, crowd, tools, { operation, perSecond, seconds, idleCpu }) {
  const { publisher } = tools;
  // the first state of a phase must not follow the last of the one before so closely that it is told with a later one
  await delay(250);
  crowd.reset();
  const count = Math.max(1, Math.round(perSecond * seconds));
  const size = crowd.subscribers.length;
  const client = process.cpuUsage();
  const [cpu, startedAt] = [server.cpu(), performance.now()];
  await publisher.run({
    server,
    operation,
    count,
    everyMs: 1000 / perSecond,
  });
  await until(() => crowd.delivered >= count * size, DRAIN_MS);
  const elapsedMs = performance.now() - startedAt;
  const used = server.cpu() - cpu;
  const { user, system } = process.cpuUsage(client);
  const net = used - (idleCpu ?? 0) * (elapsedMs / 1000);
  return {
    delivered: crowd.delivered,
    lost: Math.max(0, count * size - crowd.delivered) + crowd.lostSockets + crowd.back,
    cpuUsPerMessage: (net / crowd.delivered) * 1e6,
    deliveredPerSecond: (crowd.delivered / elapsedMs) * 1000,
    p50Ms: crowd.ages.quantile(0.5),
    p99Ms: crowd.ages.quantile(0.99),
    clientCpuShare: (user + system) / 1000 / elapsedMs,
    elapsedMs,
  };
}

/** Processor time a second that the server takes when nothing is published. */
export async function idle(server, seconds) {
  const [cpu, startedAt] = [server.cpu(), performance.now()];
  await delay(seconds * 1000);
  return ((server.cpu() - cpu) / (performance.now() - startedAt)) * 1000;
}

/** Cost, latency and memory at growing numbers of subscribers; and how fast the last half of them joined. */
export async function growing(server, tools, { sizes, rates, seconds, idleSeconds }) {
  const crowd = crowdOf(server, 'updates', tools);
  const rows = [];
  let joinPerSecond = null;
  let joinCpuUs = null;
  let joinClientCpuUs = null;
  const emptyKib = server.rss();
  for (const size of sizes) {
    const before = crowd.subscribers.length;
    const [cpu, client] = [server.cpu(), process.cpuUsage()];
    const tookMs = await crowd.grow(size, IN_FLIGHT);
    const { user, system } = process.cpuUsage(client);
    if (size === sizes.at(-1)) {
      joinPerSecond = ((size - before) / tookMs) * 1000;
      joinCpuUs = ((server.cpu() - cpu) / (size - before)) * 1e6;
      joinClientCpuUs = (user + system) / (size - before);
    }
    const idleCpu = await idle(server, idleSeconds);
    const kib = (server.rss() - emptyKib) / size;
    for (const perSecond of rates) {
      const settings = { operation: 'updates', perSecond, seconds: seconds[perSecond], idleCpu };
      rows.push({
        subscribers: size,
        updatesPerSecond: perSecond,
        rssKibPerSubscriber: kib,
        ...(await steady(server, crowd, tools, settings)),
      });
      if (rows.at(-1).lost > 0 && rows.at(-1).p99Ms > 2_000) break;
    }
    if (rows.at(-1).p99Ms > 2_000) break;
  }
  await crowd.close();
  return { rows, joinPerSecond, joinCpuUs, joinClientCpuUs };
}

/** The most messages a second with 99 of 100 of them within a second; trades, which are never conflated. */
export async function ceiling(server, tools, { subscribers, seconds, from, steps }) {
  const crowd = crowdOf(server, 'trades', tools);
  await crowd.grow(subscribers);
  const idleCpu = await idle(server, 1);
  const ramp = [];
  let perSecond = from;
  for (let step = 0; step < steps; step += 1) {
    const result = await steady(server, crowd, tools, { operation: 'trades', perSecond, seconds, idleCpu });
    ramp.push({ perSecond, ...result });
    if (result.lost > 0 || result.p99Ms > 1_000) break;
    perSecond *= 1.2;
  }
  await crowd.close();
  const good = ramp.filter(({ lost, p99Ms }) => lost === 0 && p99Ms <= 1_000);
  const best = good.toSorted((a, b) => b.deliveredPerSecond - a.deliveredPerSecond)[0];
  return {
    deliveredPerSecond: best?.deliveredPerSecond ?? NaN,
    cpuUsPerMessage: best?.cpuUsPerMessage ?? NaN,
    clientCpuShare: best?.clientCpuShare ?? NaN,
    ramp,
  };
}

/** 200 updates in a second: how long after the last until every subscriber has it, ms. */
export async function burst(server, tools, { subscribers, limitMs }) {
  const { publisher } = tools;
  const crowd = crowdOf(server, 'updates', tools);
  await crowd.grow(subscribers);
  await delay(500);
  const { last } = await publisher.run({
    server,
    operation: 'updates',
    count: 200,
    everyMs: 5,
  });
  await until(() => crowd.newest === last && crowd.current === subscribers, limitMs);
  const isCurrent = crowd.newest === last && crowd.current === subscribers;
  const result = {
    currentAfterMs: isCurrent ? crowd.lastHeardAt - publisher.sentAt(last) : null,
    messagesPerSubscriber: crowd.delivered / subscribers,
    back: crowd.back,
  };
  await crowd.close();
  return result;
}

/** 50 of 60 stop reading: what the others and the server's memory feel of it. */
export async function stalled(server, tools, { operation, perSecond, warmSeconds, seconds }) {
  const crowd = crowdOf(server, operation, tools);
  await crowd.grow(50);
  const readers = crowdOf(server, operation, tools);
  await readers.grow(10);
  const publish = (period) => {
    const count = Math.round(perSecond * period);
    // the last state of all waits until it is quiet; one such age in a short run would be its 99th percentile
    readers.unaged = tools.publisher.next + count - 1;
    return tools.publisher.run({ server, operation, count, everyMs: 1000 / perSecond });
  };
  await publish(warmSeconds);
  await delay(300);
  const before = { p99Ms: readers.ages.quantile(0.99), rssKib: server.rss() };
  readers.reset();
  crowd.stall(50);
  let peakKib = before.rssKib;
  const watch = setInterval(() => (peakKib = Math.max(peakKib, server.rss())), 250);
  const { last } = await publish(seconds);
  await until(() => readers.newest === last, DRAIN_MS);
  clearInterval(watch);
  const result = {
    othersP99BeforeMs: before.p99Ms,
    othersP99Ms: readers.ages.quantile(0.99),
    othersCurrent: readers.newest === last && readers.current === 10,
    rssGrowthMib: (peakKib - before.rssKib) / 1024,
  };
  await crowd.close();
  await readers.close();
  return result;
}
