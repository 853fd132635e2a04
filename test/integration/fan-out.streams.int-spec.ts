import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();

describe('the timer for clients without GraphQL', () => {
  let rig: ApiRig;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const redis = await testRedis();
    closing.push(() => redis.close());
    const database = await testDatabase();
    closing.push(() => database.drop());
    rig = await ApiRig.start({
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
    });
    closing.push(() => rig.close());
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await noHandlesLeft();
  });

  async function open(headers: Record<string, string> = {}): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      request(`http://${rig.host}/api/timer/stream`, { headers }, resolve).once('error', reject).end();
    });
  }

  async function readUntil(stream: IncomingMessage, part: RegExp): Promise<string> {
    let text = '';
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (part.test(text)) return text;
    }
    throw new Error(`the stream ended: ${text}`);
  }

  const position = async (): Promise<string> => {
    const text = await (await rig.get('/api/timer')).text();
    const { epoch, revision }: { epoch: number; revision: number } = JSON.parse(text);
    return `${epoch}.${revision}`;
  };
  const reset = () => rig.timers.reset('global', { actor: 'test', reason: null });

  it('serves all readers of a stream the same bytes', async () => {
    const streams = [await open(), await open(), await open()];
    for (const stream of streams) await readUntil(stream, /data: .*\n\n/);
    const { data } = await rig.graphql('{ timer { viewers } }');
    expect(data).toEqual({ timer: { viewers: 3 } });
    await reset();
    const told = await Promise.all(streams.map((stream) => readUntil(stream, /data: .*\n\n/)));
    expect(new Set(told).size).toBe(1);
    for (const stream of streams) stream.destroy();
    await eventually(
      async () => (await rig.graphql('{ timer { viewers } }')).data,
      (answer) => JSON.stringify(answer) === '{"timer":{"viewers":0}}',
    );
  });

  it('goes on after Last-Event-ID: tells no state that the client has, and the next one that is newer', async () => {
    const seen = await position();
    const stream = await open({ 'last-event-id': seen });
    const first = await readUntil(stream, /: heartbeat\n\n/);
    expect(first).not.toContain('data:');
    await reset();
    expect(await readUntil(stream, /data: .*\n\n/)).toContain(`id: ${await position()}\n`);
    stream.destroy();
  });

  it('tells what was missed since Last-Event-ID at once', async () => {
    const seen = await position();
    await reset();
    const stream = await open({ 'last-event-id': seen });
    expect(await readUntil(stream, /data: .*\n\n/)).toContain(`id: ${await position()}\n`);
    stream.destroy();
  });

  it('tells nothing older to a client that has been further on another instance', async () => {
    const [epoch, revision] = (await position()).split('.').map(Number);
    const stream = await open({ 'last-event-id': `${epoch ?? 0}.${(revision ?? 0) + 1}` });
    await readUntil(stream, /: heartbeat\n\n/);
    await reset();
    await reset();
    expect(await readUntil(stream, /data: .*\n\n/)).toContain(`id: ${await position()}\n`);
    stream.destroy();
  });

  it('ignores a Last-Event-ID that is none of ours', async () => {
    const stream = await open({ 'last-event-id': 'x' });
    expect(await readUntil(stream, /data: .*\n\n/)).toContain('event: timer');
    stream.destroy();
  });

  it('lets shared caches keep the timer for a second, and answers 304 until it changes', async () => {
    const first = await rig.get('/api/timer');
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=1,/);
    const etag = first.headers.get('etag') ?? '';
    const withEtag = { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } };
    const again = await rig.get('/api/timer', withEtag);
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect(again.headers.get('cache-control')).toMatch(/^public/);
    await reset();
    const changed = await rig.get('/api/timer', withEtag);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('lets no cache keep that there is no such timer', async () => {
    const missing = await rig.get('/api/timer?id=nowhere');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('cache-control') ?? '').not.toContain('public');
  });
});
