import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';
import { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { CreditStore } from '../../src/solana/credits/credit.store';
import { purposeIs } from '../../src/solana/purpose-of-call';
import { CreditsService } from '../../src/solana/credits.service';
import { PostgresService } from '../../src/platform/postgres/postgres.service';

const POOL = '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX';
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const HOUR_MS = 3_600_000;
const USAGE = `{ creditUsage {
  calls credits usedThisMonth burnPerDay forecast
  byMethod { name calls credits } byPurpose { name credits } byAddress { name calls } hours { start credits }
  budget { state creditsPerMonth planName planCredits planCallsPerSecond plansAsOf pricesAsOf } modes { mode completeness credits } } }`;
interface Cost {
  readonly completeness: string;
  readonly credits: number;
}

const noHandlesLeft = watchOpenHandles();

describe('what administrators see of credits and addresses', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let rig: ApiRig;

  beforeAll(async () => {
    [redis, database] = await Promise.all([testRedis(), testDatabase()]);
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    rig = await ApiRig.start(servers);
  });

  afterAll(async () => {
    await rig.close();
    await redis.close();
    await database.drop();
    await noHandlesLeft();
  });

  const ask = (query: string) => rig.graphql(query, { bearer: ADMIN_SECRET });

  it('are nobody else’s business', async () => {
    const { errors } = await rig.graphql(USAGE);
    expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('count calls of all instances per hour, purpose and address, and forecast the month', async () => {
    const meter = rig.part(CreditMeter);
    purposeIs('look', () =>
      meter.count({ method: 'getSignaturesForAddress', endpoint: 'one', address: MINT }, 3),
    );
    purposeIs('fetch', () => meter.count({ method: 'getTransaction', endpoint: 'one' }, 2));
    purposeIs('order', () => meter.count({ method: 'getBlock', endpoint: 'two' }));
    const other = new CreditMeter();
    purposeIs('look', () =>
      other.count({ method: 'getSignaturesForAddress', endpoint: 'one', address: MINT }, 4),
    );
    await new CreditStore(rig.part(PostgresService)).add(other.drain(), Date.now());
    const { data } = await ask(USAGE);
    expect(data?.['creditUsage']).toMatchObject({
      calls: 10,
      credits: 19,
      usedThisMonth: 19,
      burnPerDay: 19,
      byMethod: [
        { name: 'getBlock', calls: 1, credits: 10 },
        { name: 'getSignaturesForAddress', calls: 7, credits: 7 },
        { name: 'getTransaction', calls: 2, credits: 2 },
      ],
      byPurpose: [
        { name: 'order', credits: 10 },
        { name: 'look', credits: 7 },
        { name: 'fetch', credits: 2 },
      ],
      byAddress: [{ name: MINT, calls: 7 }],
      budget: {
        state: 'FREE',
        creditsPerMonth: null,
        planName: null,
        planCredits: null,
        planCallsPerSecond: null,
        plansAsOf: '2026-03',
        pricesAsOf: '2026-07',
      },
    });
    expect(data?.['creditUsage']).toHaveProperty('hours.0.credits', 19);
  });

  it('tell what each mode would have cost: the more eager the dearer, DEADLINE never dearer than FULL', async () => {
    const { data } = await ask(USAGE);
    const usage: { readonly modes?: readonly Cost[] } = Object.assign({}, data?.['creditUsage']);
    const modes = usage.modes ?? [];
    expect(modes).toHaveLength(10);
    const costs = (completeness: string) =>
      modes.filter((one) => one.completeness === completeness).map(({ credits }) => credits);
    expect(costs('FULL')).toEqual(costs('FULL').toSorted((a, b) => a - b));
    expect(costs('FULL')[0]).toBeGreaterThanOrEqual(280);
    costs('DEADLINE').forEach((credits, at) => expect(credits).toBeLessThanOrEqual(costs('FULL')[at] ?? 0));
  });

  it('keep what could not be written, and write it once', async () => {
    const service = rig.part(CreditsService);
    const before = (await service.report(null, null)).calls;
    rig.part(CreditMeter).count({ method: 'getSlot', endpoint: 'one' }, 5);
    await Promise.all([service.report(null, null), service.report(null, null)]);
    expect((await service.report(null, null)).calls).toBe(before + 5);
    expect((await service.report(Date.now() - 30 * HOUR_MS, Date.now() - 26 * HOUR_MS)).calls).toBe(0);
  });

  it('are held against what the plan includes, unless a budget is set', async () => {
    const set = (change: string) =>
      ask(`mutation { updateMonitoring(input: { ${change} }) { settings { monitoring { planName } } } }`);
    const budget = async (): Promise<unknown> => {
      const { data } = await ask(USAGE);
      const usage: { readonly budget?: unknown } = Object.assign({}, data?.['creditUsage']);
      return usage.budget;
    };
    await set('planName: "free"');
    const plan = { planName: 'Free', planCredits: 1_000_000, planCallsPerSecond: 10 };
    expect(await budget()).toMatchObject({ ...plan, creditsPerMonth: 1_000_000, state: 'FREE' });
    rig.part(CreditMeter).count({ method: 'getSlot', endpoint: 'one' }, 850_000);
    expect(await budget()).toMatchObject({ state: 'SOFT' });
    rig.part(CreditMeter).count({ method: 'getSlot', endpoint: 'one' }, 150_000);
    expect(await budget()).toMatchObject({ state: 'SPENT' });
    expect(rig.part(CreditsService).budgetShare()).toBeGreaterThanOrEqual(1);
    await set('budget: { creditsPerMonth: 500000000 }');
    expect(await budget()).toMatchObject({ ...plan, creditsPerMonth: 500_000_000, state: 'FREE' });
    await set('budget: { creditsPerMonth: null } planName: null');
    expect(await budget()).toMatchObject({ planName: null, creditsPerMonth: null, state: 'FREE' });
  });

  it('follow the usage as it changes', async () => {
    const seen: number[] = [];
    const changes = rig.part(CreditsService).changes();
    const first = await changes.next();
    const follow = (async () => {
      for await (const report of changes) seen.push(report.calls);
    })();
    rig.part(CreditMeter).count({ method: 'getSlot', endpoint: 'one' });
    await eventually(
      async () => {
        await rig.part(CreditsService).report(null, null);
        return seen;
      },
      (calls) => calls.some((count) => count > (first.done === true ? 0 : first.value.calls)),
    );
    await changes.return?.();
    await follow;
  });

  it('add an address to what is read, and take it away again, as acts', async () => {
    const add = `mutation { addWatchedAddress(address: "${POOL}", reason: "new pool") { timer { watchedAddresses } } }`;
    expect((await ask(add)).data).toEqual({
      addWatchedAddress: { timer: { watchedAddresses: [MINT, POOL] } },
    });
    const refused = await ask(`mutation { addWatchedAddress(address: "${MINT}") { timer { id } } }`);
    expect(refused.errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    const remove = (address: string) =>
      `mutation { removeWatchedAddress(address: "${address}") { timer { watchedAddresses } } }`;
    expect((await ask(remove(POOL))).data).toEqual({
      removeWatchedAddress: { timer: { watchedAddresses: [MINT] } },
    });
    expect((await ask(remove(POOL))).errors[0]?.extensions['code']).toBe('NOT_FOUND');
    const events = await eventually(
      () => ask('{ timerEvents(filter: { types: [CONFIGURED] }) { nodes { type reason } } }'),
      ({ data }) => JSON.stringify(data).split('CONFIGURED').length === 3,
    );
    expect(JSON.stringify(events.data)).toContain('new pool');
  });
});
