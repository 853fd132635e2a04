import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { BrowserRig } from '../support/browser';
import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';

const noHandlesLeft = watchOpenHandles();
const require_ = createRequire(__filename);
/** The machine may be busy with other suites. */
const patienceMs = 45_000;
let redis: OwnServer;
let rig: BrowserRig;

beforeAll(async () => {
  redis = await startOwnRedis();
  rig = await BrowserRig.start({ REDIS_URL: redis.url });
}, 120_000);
afterEach(async () => {
  await rig.closePages();
});
afterAll(async () => {
  await rig.close();
  await redis.remove();
  await noHandlesLeft();
}, 60_000);

async function see(page: Page, selector: string, words: RegExp): Promise<string> {
  return await eventually(
    () => page.locator(selector).first().innerText({ timeout: 2_000 }),
    (text) => words.test(text),
    patienceMs,
  );
}

async function order(mutation: string): Promise<void> {
  const { errors } = await rig.instance.graphql(`mutation { ${mutation} { timer { id } } }`, {}, SECRET);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
}

/** Breaks of accessibility rules, by rule and element. */
/** What axe finds in what stands: a line that is just arriving is paler for half a second. */
async function violations(page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const source = await readFile(require_.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const found: string = await page.evaluate(
    `axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ' ' + nodes[0].html)))`,
  );
  const parsed: string[] = JSON.parse(found);
  return parsed;
}

describe('the public page', () => {
  it('counts down, and tells of a trade, who leads, and where to look it up', async () => {
    const page = await rig.open('/');
    expect(await see(page, '[role=timer]', /^\d\d:\d\d$/)).toMatch(/^(10:00|0\d:\d\d)$/);
    const { signature } = await rig.demo.place({ counting: true });
    await see(page, '.leader', /In the lead/);
    const link = page.locator('.trades li a').first();
    expect(await link.getAttribute('href')).toBe(`https://explorer.solana.com/tx/${signature}`);
    expect(await see(page, '.connection', /live/)).toContain('in sync to');
    await see(page, '.rounds li', /Open now/);
  });

  it('asks no other host, and breaks no rule of its own policy', async () => {
    const page = await rig.open('about:blank');
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (err) => complaints.push(err.message));
    await page.goto(rig.url);
    await see(page, '[role=timer]', /^\d\d:\d\d$/);
    await page.locator('.picture canvas').waitFor();
    expect([...hosts]).toEqual([new URL(rig.url).host]);
    expect(complaints).toEqual([]);
  });

  it('says in words that it is paused, and goes on', async () => {
    const page = await rig.open('/t/global');
    await see(page, '.title', /Running/);
    await order('pauseTimer');
    await see(page, '.title', /Paused/);
    await see(page, '[aria-live=polite]', /Paused/);
    await order('resumeTimer');
    await see(page, '.title', /Running/);
  });

  it.each([
    ['SETTLING', /^Checking the chain…$/, /A trade in time can still save the round/],
    ['EXPIRED', /has won$/, /^Round 1 is over\. The next trade opens round 2\.$/],
  ])('says in words that it is %s', async (status, title, detail) => {
    await rig.demo.place({ counting: true });
    await eventually(
      () => rig.instance.timer(),
      ({ lastTrade }) => lastTrade !== null,
      patienceMs,
    );
    const page = await rig.open('about:blank');
    // a round takes a minute at least: the service's own words, with another status
    await page.routeWebSocket(/graphql$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((text) =>
        socket.send(String(text).replace('"status":"RUNNING"', `"status":"${status}"`)),
      );
    });
    await page.goto(rig.url);
    await see(page, '.title', title);
    await see(page, '.detail', detail);
    expect(await violations(page)).toEqual([]);
  });

  it('says where there is no such timer', async () => {
    const page = await rig.open('/t/nowhere');
    expect(await see(page, '.notice.warn', /no such timer/)).toContain('deleted');
  });

  it('tells openly that a demo chain moves it', async () => {
    const page = await rig.open('/');
    await page.route('**/api/health', async (route) => {
      await route.fulfill({ json: { chain: { kind: 'demo', note: 'recorded mainnet trades' } } });
    });
    await page.reload();
    expect(await see(page, '.notice.demo', /recorded mainnet trades/)).toContain('No real token');
  });

  it.each(['dark', 'light'] as const)('has no accessibility problem in %s', async (colorScheme) => {
    for (const path of ['/', '/embed/global?style=ring']) {
      const page = await rig.open(path, { colorScheme, reducedMotion: 'reduce' });
      await see(page, '[role=timer]', /^\d\d:\d\d$/);
      expect(await violations(page)).toEqual([]);
    }
  });

  it('needs less than 100 kB for the first view', async () => {
    const page = await rig.open('about:blank');
    let bytes = 0;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(rig.url, { waitUntil: 'networkidle' });
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(100_000);
  });
});

describe('two viewers whose clocks are minutes off', () => {
  it('see the same second', async () => {
    const slow = await rig.open('/', { clockOffsetMs: -7 * 60_000 });
    const fast = await rig.open('/', { clockOffsetMs: 11 * 60_000 });
    for (const page of [slow, fast]) await see(page, '.connection', /in sync to/);
    const apart = (await fast.evaluate<number>('Date.now()')) - (await slow.evaluate<number>('Date.now()'));
    expect(apart).toBeGreaterThan(17 * 60_000);
    // the monotonic clock of the machine says when each of them turned to which second
    const [first, second] = await Promise.all([turns(slow), turns(fast)]);
    const common = [...first.keys()].filter((text) => second.has(text));
    expect(common.length).toBeGreaterThanOrEqual(3);
    const differences = common.map((text) => Math.abs((first.get(text) ?? 0) - (second.get(text) ?? 0)));
    const [least = Infinity] = differences.sort((a, b) => a - b);
    expect(least).toBeLessThan(250);
    expect(differences[Math.floor(differences.length / 2)]).toBeLessThan(900);
  });
});

/** When the digits of a page became which text, for some seconds; true epoch ms. */
async function turns(page: Page): Promise<Map<string, number>> {
  const found: [string, number][] = await page.evaluate(`new Promise((resolve) => {
    const seen = [];
    const place = document.querySelector('[role=timer]');
    new MutationObserver((_, observer) => {
      if (seen.at(-1)?.[0] === place.textContent) return;
      seen.push([place.textContent, performance.timeOrigin + performance.now()]);
      if (seen.length < 6) return;
      observer.disconnect();
      resolve(seen);
    }).observe(document.body, { subtree: true, characterData: true, childList: true });
  })`);
  return new Map(found.reverse());
}

describe('a page', () => {
  it('survives that the service crashes and comes back', async () => {
    const page = await rig.open('/');
    const before = await see(page, '[role=timer]', /^\d\d:\d\d$/);
    await rig.kill();
    await see(page, '.notice.warn', /Reconnecting/);
    // it counts on by its own clock
    await eventually(
      () => page.locator('[role=timer]').innerText(),
      (text) => text < before,
    );
    await rig.startAgain();
    await see(page, '.connection', /live/);
    await order('resetTimer');
    await see(page, '[role=timer]', /^(10:00|09:5\d)$/);
  });

  it('says that its state is the last known one while Redis is away, counts on, and goes on after', async () => {
    const page = await rig.open('/');
    const before = await see(page, '[role=timer]', /^\d\d:\d\d$/);
    await redis.kill();
    await see(page, '.notice.warn', /Last known state/);
    await eventually(
      () => page.locator('[role=timer]').innerText(),
      (text) => text < before,
    );
    await redis.start();
    await eventually(
      () => page.locator('.notice.warn').count(),
      (count) => count === 0,
      patienceMs,
    );
    await eventually(
      () => order('resetTimer'),
      () => true,
      patienceMs,
    );
    await see(page, '[role=timer]', /^(10:00|09:5\d)$/);
  });

  it('survives being offline, and is told of the trades it has missed', async () => {
    const page = await rig.open('/');
    await see(page, '.connection', /in sync/);
    await page.context().setOffline(true);
    const { signature } = await rig.demo.place({ counting: true });
    await eventually(
      () => rig.instance.timer(),
      ({ lastTrade }) => lastTrade?.signature === signature,
      patienceMs,
    );
    await page.context().setOffline(false);
    await eventually(
      () => page.locator('.trades li a').first().getAttribute('href'),
      (link) => link?.endsWith(signature) === true,
      60_000,
    );
    await see(page, '.connection', /live/);
  });

  it('is right again after a sleep', async () => {
    const page = await rig.open('/');
    await see(page, '.connection', /in sync/);
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await order('resetTimer');
    const { deadline } = await rig.instance.timer();
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await eventually(
      () => page.locator('[role=timer]').innerText(),
      (text) => Math.abs(secondsOf(text) - ((deadline ?? 0) - Date.now()) / 1000) < 3,
      patienceMs,
    );
  });
});

function secondsOf(text: string): number {
  const [minutes = NaN, seconds = NaN] = text.split(':').map(Number);
  return minutes * 60 + seconds;
}

describe('the overlay', () => {
  it('is transparent, and looks as its address says', async () => {
    const page = await rig.open('/embed/global?style=bar&size=64&color=ff0000&words=0');
    await see(page, '[role=timer]', /^\d\d:\d\d$/);
    const styleOf = async (selector: string, name: string): Promise<string> =>
      await page.evaluate(
        `getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${name}')`,
      );
    for (const selector of ['html', 'body', '#overlay'])
      expect(await styleOf(selector, 'background-color')).toBe('rgba(0, 0, 0, 0)');
    expect(await styleOf('.digits', 'color')).toBe('rgb(255, 0, 0)');
    expect(await styleOf('.digits', 'font-size')).toBe('64px');
    expect(await page.locator('.track').count()).toBe(1);
    expect(await page.locator('.words').count()).toBe(0);
  });

  it('adds nothing to itself over many resets', async () => {
    const page = await rig.open('/embed/global?style=ring');
    await see(page, '[role=timer]', /^\d\d:\d\d$/);
    const count = (): Promise<number> => page.evaluate(`document.querySelectorAll('*').length`);
    const before = await count();
    for (let index = 0; index < 60; index += 1) await order('resetTimer');
    await see(page, '[role=timer]', /^(10:00|09:5\d)$/);
    expect(await count()).toBe(before);
  });
});
