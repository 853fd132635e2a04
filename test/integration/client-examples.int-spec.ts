import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { ApiRig } from '../support/api-rig';
import { startBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const closing: (() => Promise<void>)[] = [];
const root = process.cwd();
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
let folder: string;
let site: Server;
let siteUrl: string;
let rig: ApiRig;
let browser: Browser;

beforeAll(async () => {
  folder = await makeTestFolder('examples');
  closing.push(() => removeTestFolder(folder));
  await layProject();
  site = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    void readFile(join(folder, 'dist', path)).then(
      (content) => response.setHeader('content-type', types[extname(path)] ?? 'text/plain').end(content),
      () => response.writeHead(404).end(),
    );
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = site.address();
  siteUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  closing.push(async () => {
    site.closeAllConnections();
    await new Promise((resolve) => site.close(resolve));
  });
  const redis = await testRedis();
  closing.push(() => redis.close());
  const database = await testDatabase();
  closing.push(() => database.drop());
  rig = await ApiRig.start({
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
    ALLOWED_ORIGINS: siteUrl,
  });
  closing.push(() => rig.close());
  browser = await startBrowser();
  closing.push(() => browser.close());
  await run([join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']);
}, 120_000);
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await noHandlesLeft();
}, 30_000);

/** The examples of docs/client.md as files of a project that has installed the package. */
async function layProject(): Promise<void> {
  await mkdir(join(folder, 'node_modules/@darwin-timer'), { recursive: true });
  await symlink(join(root, 'dist/client'), join(folder, 'node_modules/@darwin-timer/client'));
  for (const name of ['graphql-ws', 'graphql', 'react', 'react-dom', 'scheduler', 'ws'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  const text = await readFile(join(root, 'docs/client.md'), 'utf8');
  for (const [, name = '', code = ''] of text.matchAll(/<!-- example: (\S+) -->\n\n```\w+\n([^]*?)```/g))
    await writeFile(join(folder, name), code);
  const page = (script: string): string =>
    `<!doctype html><div id="root"></div><script type="module" src="./${script}"></script>`;
  await writeFile(join(folder, 'react.html'), page('react.jsx'));
  await writeFile(join(folder, 'element.html'), page('element.js'));
  await writeFile(
    join(folder, 'vite.config.mjs'),
    `export default { oxc: { jsx: { runtime: 'automatic' } }, resolve: { preserveSymlinks: true },
      build: { rollupOptions: { input: ['react.html', 'element.html'] } } };`,
  );
}

async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code]: unknown[] = await once(child, 'exit');
  expect(code).toBe(0);
}

describe('the examples of docs/client.md', () => {
  it('run in Node', async () => {
    const child = spawn(
      process.execPath,
      ['--preserve-symlinks', '--preserve-symlinks-main', join(folder, 'node.mjs')],
      {
        cwd: folder,
        env: { ...process.env, TIMER_URL: `http://${rig.host}` },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
    try {
      await eventually(
        () => told,
        (text) => /^live/m.test(text) && /round 1 RUNNING \d\d:\d\d/.test(text),
      );
      await rig.timers.apply('global', { trades: [rig.trade(1)], cursors: [] }, 1);
      await eventually(
        () => told,
        (text) => /^(BUY|SELL) \S+ by \S+/m.test(text),
      );
    } finally {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    }
  });

  it.each([
    ['react.html', '#react', /^(10:00|09:\d\d) RUNNING round 1$/],
    ['element.html', '[part=digits]', /^(10:00|09:\d\d)$/],
  ])(
    'run in a browser: %s',
    async (file, selector, words) => {
      const page = await browser.newPage();
      await page.goto(`${siteUrl}/${file}?timer=http://${rig.host}`);
      const read = (): Promise<string> => page.locator(selector).innerText({ timeout: 2_000 });
      const first = await eventually(read, (text) => words.test(text.trim()));
      await eventually(read, (text) => words.test(text.trim()) && text < first);
      await page.close();
    },
    90_000,
  );
});
