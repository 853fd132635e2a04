import { Logger } from '@nestjs/common';
import { backfill as runBackfill } from '../../src/app/backfill.command';
import { Secret } from '../../src/config/secret';
import { BackfillKeeper } from '../../src/history/backfill.keeper';
import { EventRepository } from '../../src/history/event.repository';
import { PostgresService } from '../../src/platform/postgres/postgres.service';
import { Backfill } from '../../src/solana/backfill';
import { ChainObserver } from '../../src/solana/chain-observer';
import { UNBEGUN } from '../../src/solana/domain/backfill';
import type { Walk, WalkProgress } from '../../src/solana/domain/backfill';
import { IngestService } from '../../src/solana/ingest.service';
import { blockTimeSecOf, MemoryChain } from '../support/memory-chain';
import { stateWith } from '../support/memory-timer-door';
import { ScriptedNode } from '../support/scripted-node';
import { testDatabase } from '../support/servers';
import type { TestDatabase } from '../support/servers';

const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const TIP = 100_000;
const at = (slot: number): number => blockTimeSecOf(slot) * 1000;

describe('a backfill', () => {
  let database: TestDatabase;
  let postgres: PostgresService;
  let chain: MemoryChain;
  let keeper: BackfillKeeper;
  const { signal } = new AbortController();

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await testDatabase();
    postgres = new PostgresService(database.url);
    await postgres.connect();
    chain = new MemoryChain(MINT, 1, TIP);
    keeper = new BackfillKeeper(postgres, new EventRepository(postgres));
    const state = stateWith(MINT, at(10_000));
    const ended = { ...state, base: { ...state.base, lastEndMs: at(60_000) } };
    await postgres.query(
      `insert into timers (id, epoch, revision, state, created_at, updated_at) values ('global', 1, 5, $1, $2, $2)`,
      [JSON.stringify(ended), new Date(at(10_000)).toISOString()],
    );
    await postgres.query(
      `insert into rounds (timer_id, round, started_at, ended_at, is_void, is_complete, trades, resets, volume)
       values ('global', 1, $1, $2, false, false, 1, 1, 5)`,
      [new Date(at(20_000)).toISOString(), new Date(at(60_000)).toISOString()],
    );
    await keeper.timers();
  });

  afterEach(async () => {
    await postgres.onApplicationShutdown();
    await database.drop();
  });

  const whole: Walk = { timerId: 'global', mint: MINT, address: MINT, fromMs: at(15_000), toMs: at(60_000) };

  function backfill(stopAfter = Number.POSITIVE_INFINITY, stop = new AbortController()): Backfill {
    let writes = 0;
    const clock = { now: () => at(TIP), isSuspect: false, observeBlock: () => undefined };
    return new Backfill({
      chain,
      ingest: new IngestService(new ChainObserver(clock)),
      keeping: keeper,
      callsPerSecond: 100_000,
      onProgress: () => {
        writes += 1;
        if (writes >= stopAfter) stop.abort();
      },
    });
  }

  async function rows(): Promise<readonly { signature: string; round: number | null; source: string }[]> {
    return await postgres.query(
      'select signature, round, source, moved_deadline, epoch, revision from trades order by slot, signature',
    );
  }

  /** One trade every hundred slots. */
  function fillChain(from = 12_000, to = 70_000): void {
    for (let slot = from; slot <= to; slot += 100) chain.add(MINT, slot % 300 === 0, slot);
  }

  const withinRange = (): number =>
    chain.rows.filter(
      ({ slot, hasFailed }) => !hasFailed && at(slot) >= whole.fromMs && at(slot) <= whole.toMs,
    ).length;

  it('fills exactly the range, each trade with the recorded round that it lies in', async () => {
    fillChain();
    const end = await backfill().walk(whole, signal);
    expect(end).toMatchObject({ isDone: true, missing: 0, trades: withinRange() });
    const written = await rows();
    expect(written).toHaveLength(withinRange());
    const rounds = new Map(written.map(({ signature, round }) => [signature, round]));
    for (const { signature, slot } of chain.rows.filter((row) => rounds.has(row.signature))) {
      expect([slot, rounds.get(signature)]).toEqual([slot, at(slot) >= at(20_000) ? 1 : null]);
    }
    expect(new Set(written.map(({ source }) => source))).toEqual(new Set(['BACKFILL']));
  });

  it('gives the same rows when it is done twice, and fetches nothing the second time', async () => {
    fillChain();
    await backfill().walk(whole, signal);
    const before = await rows();
    chain.calls = 0;
    await backfill().walk(whole, signal);
    expect(chain.calls).toBe(0);
    const again = await backfill().walk(whole, signal, true);
    expect(again).toMatchObject({ isDone: true, fetched: 0, trades: 0 });
    expect(await rows()).toEqual(before);
  });

  it('goes on where it was interrupted', async () => {
    fillChain();
    chain.pageRows = 1_000;
    const stop = new AbortController();
    await expect(backfill(3, stop).walk(whole, stop.signal)).rejects.toThrow('aborted');
    const part = (await rows()).length;
    expect(part).toBeGreaterThan(0);
    expect(part).toBeLessThan(withinRange());
    const saved = await keeper.progress(whole);
    chain.calls = 0;
    const end: WalkProgress = await backfill().walk(whole, signal);
    expect(end.isDone).toBe(true);
    expect((await rows()).length).toBe(withinRange());
    expect(end.fetched - (saved ?? UNBEGUN).fetched).toBe(withinRange() - part);
  });

  it('goes on where it was interrupted also where its end has moved, and walks only what is younger anew', async () => {
    fillChain();
    const stop = new AbortController();
    const begun = { ...whole, toMs: at(40_000) };
    await expect(backfill(2, stop).walk(begun, stop.signal)).rejects.toThrow('aborted');
    const parts = await keeper.partsOf(whole);
    expect(parts).toEqual([begun, { ...whole, fromMs: begun.toMs + 1 }]);
    for (const part of parts) expect((await backfill().walk(part, signal)).isDone).toBe(true);
    expect(new Set(chain.fetched).size).toBe(chain.fetched.length);
    expect(await rows()).toHaveLength(withinRange());
    expect(await keeper.partsOf(whole)).toEqual(parts);
    const later = { ...whole, toMs: whole.toMs + 5_000 };
    expect(await keeper.partsOf(later)).toEqual([...parts, { ...later, fromMs: whole.toMs + 1 }]);
    expect(await keeper.partsOf({ ...whole, fromMs: whole.fromMs + 1 })).toHaveLength(1);
  });

  it('says what the oldest block is where --from is a slot that no endpoint holds any more', async () => {
    await using node = await ScriptedNode.start();
    node.byMethod = { getFirstAvailableBlock: { result: 50_000 }, getBlockTime: { rpcCode: -32001 } };
    const endpoints = [{ name: '1:pruned', url: new Secret(`http://127.0.0.1:${node.port}/`) }];
    const ask = (slot: number): Promise<unknown> =>
      runBackfill(
        { from: { kind: 'slot', slot }, to: null, timerId: 'global', callsPerSecond: 100, isAgain: false },
        {
          postgres,
          target: { kind: 'rpc', endpoints, note: () => null },
          out: { isTTY: false, write: () => true },
          signal,
        },
      );
    await expect(ask(49_999)).rejects.toThrow('their first block is 50000');
    expect(node.calls).toEqual(['getFirstAvailableBlock']);
    await expect(ask(50_000)).rejects.toThrow('no block at or above slot 50000');
  });

  it('changes nothing that a commit has said of a trade, and no event, timer or deadline', async () => {
    const [row] = [chain.add(MINT, false, 30_000)];
    await backfill().walk(whole, signal);
    await postgres.query('update trades set round = 7, epoch = 1, revision = 3 where signature = $1', [
      row.signature,
    ]);
    const timers = await postgres.query('select * from timers');
    await backfill().walk({ ...whole, fromMs: whole.fromMs + 1 }, signal);
    expect(await rows()).toMatchObject([{ signature: row.signature, round: 7 }]);
    expect(await postgres.query('select * from timers')).toEqual(timers);
    expect(await postgres.query('select * from timer_events')).toEqual([]);
  });

  it('makes a round complete whose whole time was filled', async () => {
    fillChain();
    await backfill().walk(whole, signal);
    expect(await keeper.complete('global', { fromMs: at(20_001) + 1_000, toMs: whole.toMs })).toEqual([]);
    expect(await keeper.complete('global', whole)).toEqual([1]);
    const inRound = chain.rows.filter(
      ({ slot, hasFailed }) => !hasFailed && at(slot) >= at(20_000) && at(slot) <= at(60_000),
    ).length;
    const [round] = await postgres.query<{ is_complete: boolean; trades: number; volume: string }>(
      'select is_complete, trades, volume::text from rounds',
    );
    expect(round).toEqual({ is_complete: true, trades: inRound, volume: String(inRound * 5) });
  });

  it('counts what no endpoint holds, and stops where a list breaks off', async () => {
    fillChain(30_000, 31_000);
    const lost = chain.rows.find(({ hasFailed }) => !hasFailed);
    chain.unavailable.add(lost?.signature ?? '');
    expect(await backfill().walk(whole, signal)).toMatchObject({ isDone: true, missing: 1 });
    const unknown = { ...UNBEGUN, beforeSignature: 'unknown-to-the-node' };
    const other = { ...whole, toMs: whole.toMs - 1 };
    await keeper.keep(other, [], unknown);
    await expect(backfill().walk(other, signal)).rejects.toMatchObject({ code: 'SOLANA_READ_FAILED' });
  });
});
