/* The built service with servers of its own, and a browser in front of it. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Folder of the project. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** Secret of the service that is measured. */
export const SECRET = 'secret-of-the-measurement';
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Value of an option of the command line. */
export function option(name, fallback) {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
}

/** Starts the service; `environment` says whether there is a chain. */
export async function startService(environment = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
  // Postgres runs as another user, who has to get to its data
  chmodSync(folder, 0o755);
  const child = spawn(process.execPath, [path.join(root, 'dist/src/main.js')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      PORT: '0',
      DATA_DIR: path.join(folder, 'data'),
      ADMIN_SECRET: SECRET,
      RATE_LIMITING_ENABLED: 'false',
      LOG_LEVEL: 'error',
      ...environment,
    },
  });
  let text = '';
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const found = /Page\s+(http:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${text}`)));
  });
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const ask = async (query) => {
    const response = await fetch(`${url}graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = await response.json();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  return { url, ask, stop };
}

/** Starts a headless Chromium. */
export async function startBrowser() {
  const executablePath = process.env.CHROMIUM_PATH ?? BROWSERS.find((file) => existsSync(file));
  if (executablePath === undefined) throw new Error('no Chromium; run node scripts/ensure.cjs --chromium');
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--hide-scrollbars', '--enable-precise-memory-info'],
  });
}
