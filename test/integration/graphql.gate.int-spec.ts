import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const LISTED = 'query Now { timer { id status } }';

describe('the gate before GraphQL', () => {
  const cleanup = new Cleanup();
  let environment: Record<string, string>;
  let rig: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    environment = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    rig = cleanup.add(await ApiRig.start(environment), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  describe('with a limit of time', () => {
    const limit = async (operationTimeoutMs: number): Promise<void> => {
      const change = `mutation { updateSettings(input: { limits: { operationTimeoutMs: ${operationTimeoutMs} } }) {
        settings { limits { operationTimeoutMs } } } }`;
      expect((await rig.graphql(change, { bearer: ADMIN_SECRET })).errors).toEqual([]);
    };

    /** Runs `work` while nobody else gets at a table. */
    async function whileLocked<Outcome>(table: string, work: () => Promise<Outcome>): Promise<Outcome> {
      const client = new Client({ connectionString: environment['DATABASE_URL'] ?? '' });
      await client.connect();
      try {
        await client.query(`begin; lock table ${table} in access exclusive mode`);
        return await work();
      } finally {
        await client.end();
      }
    }

    it('answers in the place of what takes longer, over HTTP and over sockets', async () => {
      await limit(200);
      await whileLocked('trades', async () => {
        const [overHttp] = (await rig.graphql('{ clock trades { nodes { id } } }')).errors;
        expect(overHttp).toMatchObject({
          message: 'not done within 200 ms; a change may still happen',
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        });
        const socket = await RawSocket.ready(rig.host);
        socket.subscribe('1', '{ trades { nodes { id } } }');
        expect(JSON.stringify(await socket.next())).toContain('SERVICE_UNAVAILABLE');
        await socket.close();
      });
      await eventually(
        () => rig.graphql('{ trades { nodes { id } } }'),
        ({ errors }) => errors.length === 0,
      );
    });

    it('lets a change that was begun go on to its end, and begins none after it', async () => {
      await limit(300);
      const twice = 'mutation { pauseTimer { timer { status } } resumeTimer { timer { status } } }';
      const answer = await whileLocked('acts', () => rig.graphql(twice, { bearer: ADMIN_SECRET }));
      expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['SERVICE_UNAVAILABLE']);
      await limit(10_000);
      await eventually(
        () => rig.graphql('{ timer { status } }'),
        ({ data }) => JSON.stringify(data).includes('PAUSED'),
      );
      const entries = await eventually(
        () => rig.graphql('{ auditLog(first: 20) { nodes { action } } }', { bearer: ADMIN_SECRET }),
        ({ data }) => JSON.stringify(data).includes('pauseTimer'),
      );
      expect(JSON.stringify(entries.data)).not.toContain('resumeTimer');
    }, 60_000);
  });

  describe('with a list of operations', () => {
    let listed: ApiRig;

    beforeAll(async () => {
      const folder = cleanup.add(await makeTestFolder('list'), (it) => removeTestFolder(it));
      const file = join(folder, 'operations.json');
      const body = { format: 'apollo-persisted-query-manifest', operations: [{ id: 'x', body: LISTED }] };
      await writeFile(file, JSON.stringify(body));
      listed = cleanup.add(await ApiRig.start({ ...environment, OPERATION_ALLOW_LIST: file }), (it) =>
        it.close(),
      );
    }, 60_000);

    it('runs those for the public, by their text and by their hash, and no others', async () => {
      expect((await listed.graphql(LISTED)).data).toMatchObject({ timer: { id: 'global' } });
      const sha256Hash = createHash('sha256').update(LISTED).digest('hex');
      const byHash = await listed.get('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash } } }),
      });
      expect(await byHash.json()).toMatchObject({ data: { timer: { id: 'global' } } });
      const other = await listed.graphql('{ clock }');
      expect([other.status, other.errors[0]?.extensions['code']]).toEqual([403, 'FORBIDDEN']);
      expect((await listed.graphql('{ clock }', { bearer: ADMIN_SECRET })).errors).toEqual([]);
    });

    it('holds on sockets', async () => {
      const socket = await RawSocket.ready(listed.host);
      socket.subscribe('1', LISTED);
      expect(await socket.next()).toMatchObject({ type: 'next' });
      expect(await socket.next()).toMatchObject({ type: 'complete' });
      socket.subscribe('2', 'subscription { timerUpdated { id } }');
      expect(JSON.stringify(await socket.next())).toContain('FORBIDDEN');
      await socket.close();
    });
  });
});
