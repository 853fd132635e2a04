import { Client } from 'pg';
import { AuditService } from '../../src/admin/audit.service';
import type { ActingCaller } from '../../src/admin/domain/caller';
import { bearer, codeOf, makeKey, pageOf, send, signIn } from '../support/access-rig';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { watchOpenHandles } from '../support/open-handles';
import { describeConnection } from '../support/relay-contract';
import type { RelayArguments, RelayPage, RelayTarget } from '../support/relay-contract';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();
const ENTRY = `actor credential credentialId address userAgent transport action target arguments before after
  reason outcome code at completedAt`;
const CALLER: ActingCaller = {
  name: 'admin',
  credential: { kind: 'secret', id: null, scopes: ['admin'] },
  expiresAtMs: null,
  origin: { address: '127.0.0.1', userAgent: null, transport: 'http' },
};

let rig: ApiRig;
let client: Client;

beforeAll(async () => {
  const redis = cleanup.add(await testRedis(), (it) => it.close());
  const database = cleanup.add(await testDatabase(), (it) => it.drop());
  const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
  rig = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  client = new Client({ connectionString: database.url });
  await client.connect();
  cleanup.add(client, (it) => it.end());
}, 60_000);

afterAll(async () => {
  await cleanup.run();
  await noHandlesLeft();
});

/** Acts on one target that nobody else acts on. */
class AuditList implements RelayTarget {
  private lists = 0;
  private rows = 0;

  private get target(): string {
    return `list:${this.lists}`;
  }

  async fill(count: number): Promise<readonly string[]> {
    this.lists += 1;
    const names: string[] = [];
    for (let row = 0; row < count; row += 1) names.unshift(await this.addNewer());
    return names;
  }

  async addNewer(): Promise<string> {
    this.rows += 1;
    const reason = `row ${this.rows}`;
    const act = { action: 'act', target: this.target, arguments: {}, before: null, reason };
    await rig.part(AuditService).run(CALLER, act, () => Promise.resolve(null));
    return reason;
  }

  async ask(args: RelayArguments): Promise<RelayPage> {
    const text = Object.entries(args).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`);
    const { data, errors } = await send(
      rig,
      `{ page: auditLog(filter: { target: "${this.target}" }${text.join('')}) {
         edges { cursor node { name: reason } } nodes { name: reason }
         pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      bearer(ADMIN_SECRET),
    );
    const code = errors[0]?.extensions['code'];
    if (code !== undefined) throw Object.assign(new Error('refused'), { code });
    const page: RelayPage = JSON.parse(JSON.stringify(data?.['page']));
    return page;
  }

  async askWithForeignCursors(): Promise<readonly unknown[]> {
    const { data } = await send(
      rig,
      '{ settingsHistory(first: 1) { pageInfo { endCursor } } }',
      bearer(ADMIN_SECRET),
    );
    const cursor = /"endCursor":"([^"]+)"/.exec(JSON.stringify(data))?.[1] ?? '';
    const query = `{ auditLog(after: "${cursor}") { nodes { id } } }`;
    return [codeOf(await send(rig, query, bearer(ADMIN_SECRET)))];
  }
}

const list = new AuditList();
describeConnection('auditLog', () => list);

describe('the audit log', () => {
  const entriesOf = async (filter: string): Promise<Record<string, unknown>[]> => {
    const query = `{ auditLog(filter: { ${filter} }) { nodes { ${ENTRY} } } }`;
    const { data, errors } = await send(rig, query, bearer(ADMIN_SECRET));
    expect(errors).toEqual([]);
    const found: { nodes: Record<string, unknown>[] } = JSON.parse(JSON.stringify(data?.['auditLog']));
    return found.nodes;
  };

  it('says who did what, from where, what it was before and after, and why', async () => {
    const key = await makeKey(rig, 'pauser', ['OPERATE']);
    const headers = { ...bearer(key.secret), 'user-agent': 'test/1.0' };
    await send(rig, 'mutation { pauseTimer(reason: "maintenance") { timer { status } } }', headers);
    const [entry] = await entriesOf('action: "pauseTimer"');
    expect(entry).toMatchObject({
      actor: 'key:pauser',
      credential: 'KEY',
      credentialId: key.id,
      address: '127.0.0.1',
      userAgent: 'test/1.0',
      transport: 'http',
      target: 'timer:global',
      reason: 'maintenance',
      outcome: 'DONE',
      code: null,
      completedAt: expect.any(Number),
    });
    expect(JSON.parse(String(entry?.['arguments']))).toMatchObject({ id: 'global', reason: 'maintenance' });
    const [before, after] = [String(entry?.['before']), String(entry?.['after'])];
    expect(JSON.parse(before)).toMatchObject({ id: 'global' });
    expect(before).not.toContain('PAUSED');
    expect(JSON.parse(after)).toMatchObject({ timer: { id: 'global', status: 'PAUSED' } });
    await send(rig, 'mutation { resumeTimer { timer { status } } }', headers);
  });

  it('holds the settings before and after a change', async () => {
    const query =
      'mutation { updateSettings(input: { history: { retentionMonths: 7 } }) { settings { version } } }';
    await send(rig, query, pageOf(await signIn(rig)));
    const [entry] = await entriesOf('target: "settings"');
    expect(entry).toMatchObject({ actor: 'admin', credential: 'SESSION', action: 'updateSettings' });
    expect(JSON.parse(String(entry?.['before']))).toMatchObject({ history: { retentionMonths: null } });
    expect(JSON.parse(String(entry?.['after']))).toMatchObject({
      settings: { history: { retentionMonths: 7 } },
    });
  });

  it('holds what was refused, with the code', async () => {
    await send(
      rig,
      'mutation { deleteTimer(id: "nobody", reason: "gone") { timer { id } } }',
      bearer(ADMIN_SECRET),
    );
    expect(await entriesOf('action: "deleteTimer", outcome: REFUSED')).toEqual([
      expect.objectContaining({ target: 'timer:nobody', code: 'NOT_FOUND', before: null, after: null }),
    ]);
    expect(await entriesOf('action: "deleteTimer", outcome: DONE')).toEqual([]);
  });

  it('holds nothing of whoever was not let pass', async () => {
    const reader = await makeKey(rig, 'curious', ['READ']);
    const query =
      'mutation { createTimer(input: { id: "mine", tokenAddress: "So11111111111111111111111111111111111111112" }) { timer { id } } }';
    for (const headers of [{}, bearer(reader.secret)]) await send(rig, query, headers);
    expect(await entriesOf('action: "createTimer"')).toEqual([]);
  });

  it('deletes a timer under an entry that holds what it was', async () => {
    const create =
      'mutation { createTimer(input: { id: "short", tokenAddress: "So11111111111111111111111111111111111111112" }) { timer { id } } }';
    expect(codeOf(await send(rig, create, bearer(ADMIN_SECRET)))).toBe('ok');
    const remove = 'mutation { deleteTimer(id: "short") { timer { id round } } }';
    expect((await send(rig, remove, bearer(ADMIN_SECRET))).data).toEqual({
      deleteTimer: { timer: { id: 'short', round: 1 } },
    });
    expect(codeOf(await send(rig, remove, bearer(ADMIN_SECRET)))).toBe('NOT_FOUND');
    expect((await send(rig, '{ timer(id: "short") { id } }')).data).toEqual({ timer: null });
    expect(codeOf(await send(rig, create, bearer(ADMIN_SECRET)))).toBe('CONFLICT');
    const [entry] = await entriesOf('target: "timer:short", action: "deleteTimer", outcome: DONE');
    expect(JSON.parse(String(entry?.['before']))).toMatchObject({ id: 'short' });
  });

  it('holds no secret', async () => {
    const key = await makeKey(rig, 'shown once', ['READ']);
    const page = await signIn(rig);
    const { data } = await send(rig, 'mutation { createSubscriptionToken { token } }', pageOf(page));
    const ticket = /dts_[\w-]+/.exec(JSON.stringify(data))?.[0] ?? 'none';
    const { rows } = await client.query<{ text: string }>('select audit_log::text as text from audit_log');
    const all = rows.map(({ text }) => text).join('\n');
    expect(all).toContain('createSubscriptionToken');
    const token = /session=([\w-]+)/.exec(page.cookie)?.[1] ?? 'none';
    for (const secret of [ADMIN_SECRET, key.secret, page.csrfToken, token, ticket])
      expect(all).not.toContain(secret);
  });

  it('says STARTED of an act that was broken off, and is completed once', async () => {
    const act = { action: 'act', target: 'broken', arguments: {}, before: null, reason: null };
    let finish = (): void => undefined;
    const running = rig.part(AuditService).run(CALLER, act, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
    });
    let entry: Record<string, unknown> | undefined;
    while (entry === undefined) [entry] = await entriesOf('target: "broken"');
    expect(entry).toMatchObject({ outcome: 'STARTED', completedAt: null });
    finish();
    await running;
    expect((await entriesOf('target: "broken"'))[0]).toMatchObject({ outcome: 'DONE' });
  });

  it.each([
    "update audit_log set actor = 'somebody'",
    "update audit_log set outcome = 'REFUSED' where outcome = 'DONE'",
    'delete from audit_log',
    'truncate audit_log',
  ])('cannot be changed by %j', async (statement) => {
    await expect(client.query(statement)).rejects.toThrow('the audit log is only added to');
  });
});

/** All versions of the settings there are: an own list is made by emptying the table. */
class VersionList implements RelayTarget {
  private version = 100;

  async fill(count: number): Promise<readonly string[]> {
    await client.query('delete from settings');
    const names: string[] = [];
    for (let row = 0; row < count; row += 1) names.unshift(await this.addNewer());
    return names;
  }

  async addNewer(): Promise<string> {
    this.version += 1;
    await client.query("insert into settings values ($1, '{}', 'admin', $2)", [
      this.version,
      `row ${this.version}`,
    ]);
    return `row ${this.version}`;
  }

  async ask(args: RelayArguments): Promise<RelayPage> {
    const text = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const { data, errors } = await send(
      rig,
      `{ page: settingsHistory${text.length === 0 ? '' : `(${text.join(', ')})`} {
         edges { cursor node { name: reason } } nodes { name: reason }
         pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      bearer(ADMIN_SECRET),
    );
    const code = errors[0]?.extensions['code'];
    if (code !== undefined) throw Object.assign(new Error('refused'), { code });
    const page: RelayPage = JSON.parse(JSON.stringify(data?.['page']));
    return page;
  }

  async askWithForeignCursors(): Promise<readonly unknown[]> {
    await list.fill(1);
    const after = (await list.ask({})).pageInfo.endCursor ?? '';
    const refusal = await this.ask({ after }).catch((err: unknown) => err);
    return [refusal instanceof Error && 'code' in refusal ? refusal.code : null];
  }
}

const versions = new VersionList();
describeConnection('settingsHistory', () => versions);

interface Deliveries {
  readonly nodes: readonly { readonly eventId: string }[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
}

describe('webhookDeliveries, which go forwards alone', () => {
  const RECEIVER = '00000000-0000-4000-8000-000000000001';
  let deliveries = 0;

  async function add(): Promise<string> {
    deliveries += 1;
    const eventId = `event-${deliveries}`;
    await client.query(
      `insert into webhook_deliveries (webhook_id, event_id, event, body, status)
       values ($1, $2, 'ROUND_ENDED', '{}', 'DELIVERED')`,
      [RECEIVER, eventId],
    );
    return eventId;
  }

  async function ask(args: string): Promise<{ names: string[]; endCursor: string; hasNextPage: boolean }> {
    const { data, errors } = await send(
      rig,
      `{ page: webhookDeliveries(webhookId: "${RECEIVER}", ${args}) {
         nodes { eventId } pageInfo { hasNextPage endCursor } } }`,
      bearer(ADMIN_SECRET),
    );
    const code = errors[0]?.extensions['code'];
    if (code !== undefined) throw Object.assign(new Error('refused'), { code });
    const page: Deliveries = JSON.parse(JSON.stringify(data?.['page']));
    return { ...page.pageInfo, names: page.nodes.map(({ eventId }) => eventId) };
  }

  it('give each delivery once, newest first, also when some are added between two pages', async () => {
    await client.query(
      `insert into outgoing_webhooks (id, name, sealed_url, shown_url, events, is_active)
       values ($1, 'pages', 'x', 'https://example.org', '{ROUND_ENDED}', false)`,
      [RECEIVER],
    );
    const all: string[] = [];
    for (let row = 0; row < 7; row += 1) all.unshift(await add());
    const seen: string[] = [];
    let page = await ask('first: 2');
    for (seen.push(...page.names); page.hasNextPage; seen.push(...page.names)) {
      await add();
      page = await ask(`first: 2, after: "${page.endCursor}"`);
    }
    expect(seen).toEqual(all);
    expect((await ask(`first: 50, after: "${page.endCursor}"`)).names).toEqual([]);
  });

  it('refuse the cursor of another list, and sizes out of bounds', async () => {
    await list.fill(1);
    const foreign = (await list.ask({})).pageInfo.endCursor ?? '';
    for (const args of [`after: "${foreign}"`, 'after: "none"', 'first: -1', 'first: 501'])
      await expect(ask(args)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
