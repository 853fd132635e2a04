import { Logger } from '@nestjs/common';
import { verifyStream } from '../../src/history/check/verify';
import { listStreams } from '../../src/history/timer.streams';
import { HistoryBench, until } from '../support/history-bench';
import { changeRecord, foldedTrade, resetEvent, tradeRecord } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';

const expectNoOpenHandles = watchOpenHandles();
let bench: HistoryBench;

beforeEach(async () => {
  bench = await HistoryBench.open();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await bench[Symbol.asyncDispose]();
});

afterAll(async () => {
  await expectNoOpenHandles();
});

function errorLines(): () => unknown[] {
  const spy = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  return () => spy.mock.calls.map(([line]: unknown[]) => line);
}

describe('the historian', () => {
  it('writes event, trade, cursor and state of an entry, exact to the millisecond and the last digit', async () => {
    const trade = foldedTrade('Sig1x', {
      blockIndex: 7,
      detectedAtMs: 1_732_350_002_347,
      amountRaw: '340282366920938463463374607431768211455',
      decimals: 9,
    });
    const record = changeRecord(4, {
      trades: [trade],
      events: [resetEvent(4, trade, { reason: 'because "so"', deadlineMs: 1_732_350_601_001 })],
      cursors: [{ address: 'Mint1', slot: 300_000_001, signature: 'Sig1x' }],
    });
    await bench.append(record);
    const historian = bench.historian();
    historian.start();
    await bench.untilWritten(historian);

    const history = bench.history();
    const [event] = (await history.timerEvents('global')).edges;
    expect(event?.node).toEqual(record.events[0]);
    expect((await history.trades('global')).edges[0]?.node).toEqual({ timerId: 'global', ...trade });
    const [amount] = await bench.postgres.query<{ amount: string }>('select amount from trades');
    expect(amount?.amount).toBe('340282366920938463463374607431.768211455');
    const [timer] = await bench.postgres.query<{ state: unknown; epoch: number; revision: string }>(
      'select state, epoch, revision from timers',
    );
    expect(timer).toEqual({ state: record.state, epoch: 1, revision: '4' });
    expect(await bench.postgres.query('select address, slot, signature from cursors')).toEqual([
      { address: 'Mint1', slot: '300000001', signature: 'Sig1x' },
    ]);
    expect((await historian.status()).lastCommitAtMs).not.toBeNull();
  });

  it('writes an entry once although it stands in the stream three times', async () => {
    const error = errorLines();
    await bench.append(tradeRecord(1), tradeRecord(1), tradeRecord(2), tradeRecord(1));
    const historian = bench.historian('historian-1', { batchSize: 2 });
    historian.start();
    await bench.untilWritten(historian);
    expect(await bench.count('timer_events')).toBe(2);
    expect(await bench.count('trades')).toBe(2);
    expect((await historian.status()).mismatches).toBe(0);
    expect(error()).toEqual([]);
  });

  it('writes again without harm what was committed but not acknowledged before a crash', async () => {
    await bench.append(tradeRecord(1), tradeRecord(2));
    const crashed = bench.historian('historian-1');
    crashed.start();
    await bench.untilWritten(crashed);
    await crashed.stop();
    await bench.client.xgroup('SETID', bench.keys().events, 'history', '0');
    await bench.deliverTo('historian-1', 2);
    await bench.append(tradeRecord(3));

    const restarted = bench.historian('historian-1', { claimIdleMs: 3_600_000 });
    restarted.start();
    await bench.untilWritten(restarted);
    expect(await bench.count('timer_events')).toBe(3);
    expect(await bench.count('trades')).toBe(3);
    expect((await restarted.status()).mismatches).toBe(0);
  });

  it('takes over what a dead consumer was given', async () => {
    await bench.append(tradeRecord(1), tradeRecord(2), tradeRecord(3));
    await bench.deliverTo('dead-consumer', 2);
    const historian = bench.historian();
    historian.start();
    await bench.untilWritten(historian);
    expect(await bench.count('timer_events')).toBe(3);
  });

  it('shares the work with a second historian without writing twice', async () => {
    const [first, second] = [bench.historian('a', { batchSize: 7 }), bench.historian('b', { batchSize: 7 })];
    first.start();
    second.start();
    const revisions = Array.from({ length: 300 }, (_, index) => index + 1);
    await Promise.all(revisions.map(async (revision) => await bench.append(tradeRecord(revision))));
    await bench.untilWritten(first);
    expect(await bench.count('timer_events')).toBe(300);
    expect(await bench.count('trades')).toBe(300);
    const statuses = [await first.status(), await second.status()];
    expect(statuses.every(({ lastCommitAtMs }) => lastCommitAtMs !== null)).toBe(true);
    const [timer] = await bench.postgres.query<{ revision: string }>('select revision from timers');
    expect(timer?.revision).toBe('300');
  });

  it('writes entries with hundreds of trades each, and corrects them, without holding up another timer', async () => {
    const record = (revision: number, round: number) =>
      changeRecord(revision, {
        trades: Array.from({ length: 500 }, (_, n) => {
          const at = ((revision - 1) % 60) * 500 + n;
          const blockTimeMs = 1_732_350_001_000 + Math.floor(at / 8) * 1000;
          const slot = 300_000_000 + Math.floor(at / 4);
          return foldedTrade(`Sig${at}x`, { slot, blockTimeMs, trader: `Trader${at % 97}`, round });
        }),
      });
    const entries = Array.from({ length: 60 }, (_, n) => record(n + 1, 1));
    const corrections = Array.from({ length: 10 }, (_, n) => record(n + 61, 2));
    await bench.append(...entries, ...corrections, changeRecord(1, { timerId: 'other' }));
    const historian = bench.historian();
    historian.start();
    await until('all is written', async () => (await historian.lag()) === 0, 60_000);
    expect(await bench.count('trades')).toBe(30_000);
    expect(await bench.count('trades where round = 2')).toBe(5_000);
    expect(await bench.count("timers where id = 'other'")).toBe(1);
    const [sums] = await bench.postgres.query<{ n: string }>(
      "select sum(buys) as n from trade_buckets where size = 'DAY'",
    );
    expect(sums?.n).toBe('30000');
    expect((await historian.status()).mismatches).toBe(0);
  }, 90_000);

  it('writes one entry with more trades than one statement takes', async () => {
    const trades = Array.from({ length: 9_000 }, (_, n) =>
      foldedTrade(`Sig${n}x`, { slot: 300_000_000 + n, trader: `Trader${n % 97}` }),
    );
    await bench.append(changeRecord(1, { trades }));
    const historian = bench.historian();
    historian.start();
    await bench.untilWritten(historian);
    expect(await bench.count('trades')).toBe(9_000);
    const [day] = await bench.postgres.query<{ buys: number; traders: number }>(
      "select buys, traders from trade_buckets where size = 'MINUTE'",
    );
    expect(day).toEqual({ buys: 9_000, traders: 97 });
  });

  it('halves what takes Postgres too long, and writes all of it', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    // three entries at once are too many here
    await bench.postgres.query(`create function slow() returns trigger language plpgsql as $$
      begin
        if (select count(*) from added) > 2 then raise exception 'too long' using errcode = '57014'; end if;
        return null;
      end $$`);
    await bench.postgres
      .query(`create trigger slow after insert on timer_events referencing new table as added
      for each statement execute function slow()`);
    await bench.append(...Array.from({ length: 9 }, (_, n) => tradeRecord(n + 1)));
    const historian = bench.historian();
    historian.start();
    await bench.untilWritten(historian);
    expect(await bench.count('timer_events')).toBe(9);
    expect((await historian.status()).setAside).toBe(0);
  });

  it('raises the alarm when an event comes with other content, and keeps the first', async () => {
    const error = errorLines();
    await bench.append(changeRecord(1, { events: [resetEvent(1, null, { actor: 'chain' })] }));
    const historian = bench.historian();
    historian.start();
    await bench.untilWritten(historian);
    await bench.append(changeRecord(1, { events: [resetEvent(1, null, { actor: 'somebody' })] }));
    await bench.untilWritten(historian);
    expect((await historian.status()).mismatches).toBe(1);
    expect(error()).toEqual([
      { message: 'history content differed', kind: 'event', identity: 'global 1 1 0' },
    ]);
    expect((await bench.history().timerEvents('global')).edges[0]?.node.actor).toBe('chain');
  });

  it('raises the alarm when a trade comes with another amount, and keeps the first', async () => {
    const error = errorLines();
    await bench.append(changeRecord(1, { trades: [foldedTrade('Sig1x')] }));
    const historian = bench.historian();
    historian.start();
    await bench.untilWritten(historian);
    await bench.append(changeRecord(2, { trades: [foldedTrade('Sig1x', { amountRaw: '1' })] }));
    await bench.untilWritten(historian);
    expect(error()).toEqual([
      { message: 'history content differed', kind: 'trade', identity: 'global Sig1x 0' },
    ]);
    expect((await bench.history().trades('global')).edges[0]?.node.amountRaw).toBe('1500000');
  });

  it('lets round and effect of a trade follow the newest commit, in whatever order entries come', async () => {
    const waiting = foldedTrade('Sig1x', { round: null, movedDeadline: false, isWaiting: true });
    const counted = foldedTrade('Sig1x', { round: 2, movedDeadline: true, blockIndex: 5 });
    const historian = bench.historian();
    historian.start();
    await bench.append(changeRecord(2, { trades: [counted] }));
    await bench.untilWritten(historian);
    await bench.append(changeRecord(1, { trades: [waiting] }));
    await bench.untilWritten(historian);
    expect((await bench.history().trades('global')).edges[0]?.node).toMatchObject({
      ...{ round: 2, movedDeadline: true, isWaiting: false, blockIndex: 5 },
    });
    const [timer] = await bench.postgres.query<{ revision: string }>('select revision from timers');
    expect(timer?.revision).toBe('2');
  });

  it('keeps the newest cursor of one revision, also when an older entry is written after it', async () => {
    const cursor = (slot: number) => [{ address: 'Mint1', slot, signature: null }];
    await bench.append(changeRecord(1, { cursors: cursor(10) }));
    await bench.deliverTo('dead-consumer', 1);
    // given out a second time, so that nobody waits for it
    const { events } = bench.keys();
    await bench.client.xreadgroup('GROUP', 'history', 'dead-consumer', 'STREAMS', events, '0');
    await bench.append(changeRecord(1, { cursors: cursor(20) }));
    const historian = bench.historian('historian-1', { claimIdleMs: 60_000 });
    historian.start();
    await until(
      'the newer cursor is written',
      async () => (await bench.count('cursors where slot = 20')) === 1,
    );
    await historian.stop();
    const taking = bench.historian('historian-2', { claimIdleMs: 0 });
    taking.start();
    await bench.untilWritten(taking);
    expect(await bench.postgres.query('select slot from cursors')).toEqual([{ slot: '20' }]);
  });

  it('writes nothing before what another one still holds, and takes that over when the other one is dead', async () => {
    await bench.append(tradeRecord(1), tradeRecord(2));
    await bench.deliverTo('another', 2);
    await bench.append(tradeRecord(3));
    const patient = bench.historian('historian-1', { claimIdleMs: 60_000 });
    patient.start();
    const { events } = bench.keys();
    await until(
      'it was given the third',
      async () => (await bench.client.xpending(events, 'history', '-', '+', 9, 'historian-1')).length === 1,
    );
    expect(await bench.count('trades')).toBe(0);
    await patient.stop();
    const taking = bench.historian('historian-1', { claimIdleMs: 0 });
    taking.start();
    await bench.untilWritten(taking);
    expect(await bench.count('trades')).toBe(3);
  });

  it('remembers a trade that only an event names, until a commit says more', async () => {
    const named = foldedTrade('Sig1x', { round: null, movedDeadline: false });
    await bench.append(changeRecord(5, { events: [resetEvent(5, named, { type: 'LATE_TRADE' })] }));
    const historian = bench.historian();
    historian.start();
    await bench.untilWritten(historian);
    const before = await bench.history().timerEvents('global');
    expect(before.edges[0]?.node.trade).toEqual(expect.objectContaining({ signature: 'Sig1x', round: null }));
    await bench.append(changeRecord(1, { trades: [{ ...named, round: 3 }] }));
    await bench.untilWritten(historian);
    expect((await bench.history().trades('global')).edges[0]?.node.round).toBe(3);
  });

  it('finds a timer that is created while it runs', async () => {
    const historian = bench.historian();
    historian.start();
    await bench.append(changeRecord(1));
    await bench.untilWritten(historian);
    await bench.append(changeRecord(1, { timerId: 'other' }));
    await bench.untilWritten(historian);
    expect(await bench.postgres.query('select id from timers order by id')).toEqual([
      { id: 'global' },
      { id: 'other' },
    ]);
  });

  it('finishes the batch under way when it is stopped, and can be started again', async () => {
    const historian = bench.historian();
    historian.start();
    await bench.append(tradeRecord(1));
    await bench.untilWritten(historian);
    await historian.stop();
    expect((await historian.status()).isRunning).toBe(false);
    await bench.append(tradeRecord(2));
    expect((await historian.status()).lagEntries).toBe(1);
    historian.start();
    await bench.untilWritten(historian);
    expect(await bench.count('timer_events')).toBe(2);
  });

  it('writes what it is given while a stop is asked for, so that the others need not wait until they may claim it', async () => {
    await bench.append(tradeRecord(1));
    const historian = bench.historian('historian-1', { blockMs: 10_000 });
    historian.start();
    await bench.untilWritten(historian);
    await until('it waits for the next entry', async () => (await bench.idleMs('historian-1')) > 500);
    const stopped = historian.stop();
    await bench.append(tradeRecord(2));
    await stopped;
    expect(await bench.count('timer_events')).toBe(2);
    expect((await historian.status()).lagEntries).toBe(0);
  });
});

describe('an entry that cannot be written', () => {
  it.each([
    ['is no JSON', '{"timerId":', 'HISTORY_ENTRY_MALFORMED change'],
    [
      'belongs to another timer',
      JSON.stringify({ ...tradeRecord(2), timerId: 'x' }),
      'HISTORY_ENTRY_MALFORMED change.timerId',
    ],
    [
      'holds what Postgres refuses',
      JSON.stringify({ ...tradeRecord(9), state: { id: 'global', createdAtMs: 1, a: '\0' } }),
      'POSTGRES 22P05',
    ],
  ])('is set aside after five deliveries when it %s, and holds up nobody', async (_name, text, problem) => {
    const error = errorLines();
    const bad = await bench.appendText(text);
    await bench.append(tradeRecord(1), tradeRecord(3));
    const historian = bench.historian();
    historian.start();
    await until('the good ones are written', async () => (await bench.count('trades')) === 2);
    expect((await historian.status()).setAside).toBe(0);
    await bench.untilWritten(historian);

    const entries = await bench.client.xrange(bench.keys().poison, '-', '+');
    expect(entries.map(([, fields]) => fields)).toEqual([['entry', bad, 'problem', problem, 'change', text]]);
    expect((await historian.status()).setAside).toBe(1);
    expect(error()).toEqual([
      expect.objectContaining({ message: 'history entry set aside', entry: bad, deliveries: 5 }),
    ]);
    expect(await bench.count('timer_events')).toBe(2);
  });

  it('is told as lost when it was deleted before it was written', async () => {
    const error = errorLines();
    const [gone = ''] = await bench.append(tradeRecord(1), tradeRecord(2));
    await bench.deliverTo('historian-1', 1);
    await bench.client.xdel(bench.keys().events, gone);
    const historian = bench.historian();
    historian.start();
    await until(
      'both are acknowledged',
      async () => (await bench.client.xpending(bench.keys().events, 'history'))[0] === 0,
    );
    await until('the other is written', async () => (await bench.count('timer_events')) === 1);
    expect(error()).toEqual([expect.objectContaining({ message: 'history entry lost', entry: gone })]);
  });
});

describe('verifyStream', () => {
  it('takes nothing for missing that is delivered to a historian while it looks', async () => {
    await bench.append(tradeRecord(1), tradeRecord(2));
    await bench.deliverTo('somebody', 1);
    const [stream] = await listStreams(bench.client, bench.redis.keyPrefix);
    if (stream === undefined) throw new Error('there is no stream');
    // whatever it asks of the group first, the other entry is delivered right behind it
    let asked = 0;
    const redis = new Proxy(bench.client, {
      get: (client, name) => {
        const command: unknown = Reflect.get(client, name);
        if (typeof command !== 'function') return command;
        return async (...args: unknown[]): Promise<unknown> => {
          const answer: unknown = await Reflect.apply(command, client, args);
          if (name === 'xinfo' || name === 'xpending') asked += 1;
          if (asked === 1) await bench.deliverTo('somebody', 1);
          return answer;
        };
      },
    });
    const range = { fromMs: 0, toMs: Date.now() + 3_600_000 };
    const verified = await verifyStream(redis, bench.reader, stream, range);
    expect(verified).toEqual({ entries: 0, waiting: 2, findings: [] });
  });
});
