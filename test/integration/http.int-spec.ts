import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { parseEnv } from '../../src/config/env';
import { pageHeaders } from '../../src/http/pages/page-headers';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();

describe('plain routes', () => {
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
      INSTANCE_ID: 'here',
    });
    closing.push(() => rig.close());
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await noHandlesLeft();
  });

  async function openStream(path: string): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      request(`http://${rig.host}${path}`, { headers: { accept: 'text/event-stream' } }, resolve)
        .once('error', reject)
        .end();
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

  it('answers the timer as JSON', async () => {
    const response = await rig.get('/api/timer');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      id: 'global',
      status: 'RUNNING',
      round: 1,
      lastTrade: null,
    });
  });

  it.each([
    ['/api/timer?id=nowhere', 404, 'NOT_FOUND'],
    ['/api/timer/stream?id=nowhere', 404, 'NOT_FOUND'],
    ['/api/timer?id=No%20Slug', 400, 'BAD_USER_INPUT'],
    ['/api/timer?id=a&id=b', 400, 'BAD_USER_INPUT'],
    ['/no/such/route', 404, 'NOT_FOUND'],
    ['/t/No%20Slug', 404, 'NOT_FOUND'],
    ['/embed/No%20Slug', 404, 'NOT_FOUND'],
    ['/assets/..%2f.vite%2fmanifest.json', 404, 'NOT_FOUND'],
    ['/assets/none.js', 404, 'NOT_FOUND'],
  ])('answers %s with %i and %s', async (path, status, code) => {
    const response = await rig.get(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, message: expect.any(String) } });
  });

  it('streams the present state and each change, and lets go when the reader leaves', async () => {
    const stream = await openStream('/api/timer/stream');
    expect(stream.headers['content-type']).toContain('text/event-stream');
    expect(await readUntil(stream, /event: timer\nid: 1\.\d+\ndata: .*"status":"RUNNING".*\n\n/)).toContain(
      'retry:',
    );
    await rig.graphql('mutation { pauseTimer { timer { id } } }', { bearer: ADMIN_SECRET });
    expect(await readUntil(stream, /"status":"PAUSED".*\n\n/)).toContain('event: timer');
    stream.destroy();
    await rig.graphql('mutation { resumeTimer { timer { id } } }', { bearer: ADMIN_SECRET });
  });

  it.each(['/', '/t/global', '/embed/global'])(
    'serves %s with files of its own, kept for ever',
    async (path) => {
      const page = await rig.get(path);
      expect(page.headers.get('cache-control')).toBe('no-cache');
      const html = await page.text();
      expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
      const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(files.filter((name) => !name.startsWith('/'))).toEqual([]);
      const assets = files.filter((name) => name.startsWith('/assets/'));
      expect(assets.length).toBeGreaterThan(1);
      for (const file of assets) {
        const answer = await rig.get(file);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      }
    },
  );

  it('lets pages run no inline script and ask no other host, and only the overlay be framed', async () => {
    const policyOf = async (path: string): Promise<string> =>
      (await rig.get(path)).headers.get('content-security-policy') ?? '';
    for (const path of ['/', '/t/global', '/embed/global']) {
      const policy = await policyOf(path);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/unsafe|https?:/);
    }
    expect(await policyOf('/')).toContain("frame-ancestors 'none'");
    expect(await policyOf('/embed/global')).toContain('frame-ancestors *');
  });

  it('lets the overlay be framed by whom the environment names', () => {
    const { env } = parseEnv({ EMBED_ANCESTORS: 'self, https://show.example' });
    const headers = pageHeaders('timer.example', env.embedAncestors);
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'self' https:\/\/show\.example$/);
  });

  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ])('sends the page as %s where that is what the browser takes', async (accepted, sent) => {
    const plain = await (await rig.get('/', { headers: { 'accept-encoding': 'identity' } })).text();
    const page = await rig.get('/', { headers: { 'accept-encoding': accepted } });
    expect(page.headers.get('content-encoding')).toBe(sent);
    expect(page.headers.get('vary')).toContain('accept-encoding');
    expect(await page.text()).toBe(plain);
  });

  it('answers 304 where the browser has the file already', async () => {
    const etag = (await rig.get('/')).headers.get('etag') ?? '';
    const again = await rig.get('/', { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } });
    expect(again.status).toBe(304);
  });

  it('tells how the instance is', async () => {
    const response = await rig.get('/api/health');
    expect(response.status).toBe(200);
    const { services, ...rest }: { services: Record<string, { status: string }> } = JSON.parse(
      await response.text(),
    );
    expect(rest).toMatchObject({
      status: 'healthy',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      environment: { nodeEnv: 'test' },
      instanceId: 'here',
      chain: { kind: 'off', note: expect.any(String) },
    });
    expect(Object.entries(services).map(([name, { status }]) => `${name} ${status}`)).toEqual([
      'timer healthy',
      'redis healthy',
      'postgres healthy',
      'solana healthy',
      'history healthy',
    ]);
  });

  it.each(['live', 'ready', 'startup'])('answers the %s probe', async (probe) => {
    const response = await rig.get(`/api/health/${probe}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('shows its metrics', async () => {
    const response = await rig.get('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toContain('process_cpu_seconds_total');
  });
});
