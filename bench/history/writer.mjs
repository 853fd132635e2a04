/*
 * Writes trades at a given rate through the service's own repository, until it is told to end; then says how many a second
 * became durable. Argument: JSON with url, timerId, rate.
 */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist/src');
const require = createRequire(import.meta.url);
const { EventRepository } = require(path.join(dist, 'history/event.repository.js'));
const { PostgresService } = require(path.join(dist, 'platform/postgres/postgres.service.js'));

const { url, timerId, rate } = JSON.parse(process.argv[2]);
const EVERY_MS = 100;
const postgres = new PostgresService(url);
await postgres.connect();
const repository = new EventRepository(postgres);
let isOver = false;
process.on('message', () => (isOver = true));
process.send('begun');

const startedAt = performance.now();
let written = 0;
while (!isOver) {
  const owed = Math.floor(((performance.now() - startedAt) / 1000) * rate) - written;
  if (owed > 0) {
    await repository.write([changeOf(Math.min(owed, 500))]);
    written += Math.min(owed, 500);
  }
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
process.send({ perSecond: written / ((performance.now() - startedAt) / 1000) });
await postgres.onApplicationShutdown();
process.disconnect();

function changeOf(count) {
  const now = Date.now();
  const revision = 1_000_000_000 + written;
  const trades = Array.from({ length: count }, (_, at) => ({
    ...{
      signature: randomBytes(44).toString('hex'),
      index: 0,
      slot: 900_000_000 + written + at,
      blockIndex: at,
    },
    ...{
      blockTimeMs: Math.floor(now / 1000) * 1000,
      detectedAtMs: now,
      mint: 'Mint1',
      side: at % 2 ? 'BUY' : 'SELL',
    },
    ...{
      amountRaw: String(1000 + at),
      decimals: 6,
      trader: `wallet-${Math.floor(Math.random() ** 3 * 5000)}`,
    },
    ...{ quoteMint: 'Quote1', quoteRaw: '12345', quoteDecimals: 9, program: 'Jupiter', source: 'POLLING' },
    ...{ round: 1, movedDeadline: at === 0, isWaiting: false },
  }));
  const event = {
    timerId,
    epoch: 1,
    revision,
    number: 0,
    type: 'RESET',
    atMs: now,
    round: 1,
    deadlineMs: now + 600_000,
  };
  const events = [{ ...event, actor: 'chain', reason: null, trade: trades[0] }];
  const state = { unfetched: 0, current: { phase: 'EXPIRED', round: 1 } };
  const change = {
    timerId,
    epoch: 1,
    revision,
    atMs: now,
    createdAtMs: now,
    events,
    cursors: [],
    trades,
    retracted: [],
    state,
  };
  return { change, position: '0' };
}
