/* The service under a drill, and what it is asked and tells meanwhile. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const { createClient } = require('graphql-ws');
const { WebSocket } = require('ws');

export const SECRET = 'secret-of-the-drill-2026';

/** Starts a program of the build and waits for what it says. */
async function startProgram(file, { args = [], env = {}, folder, says }) {
  mkdirSync(folder, { recursive: true });
  const child = spawn(process.execPath, [file, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, ...env },
  });
  let text = '';
  const found = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text = `${text}${chunk}`.slice(-20_000);
        const match = says.exec(text);
        if (match !== null) resolve(match[1]);
      });
    }
    child.once('exit', (code) =>
      reject(new Error(`${path.basename(file)} ended with ${code}: ${text.slice(-2_000)}`)),
    );
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  };
  return { url: found, stop };
}

/** A demo chain that places trades when it is told to. */
export async function startChain(compiled, folder) {
  const demo = await startProgram(path.join(compiled, 'demo/main.js'), {
    args: ['--data-dir', folder, '--silent'],
    folder,
    says: /"url":"([^"]+)"/,
  });
  const place = async () => {
    const response = await fetch(new URL('/demo/transactions', demo.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ counting: true }),
    });
    return JSON.parse(await response.text());
  };
  return { ...demo, place };
}

/** One instance of the built service. */
export async function startInstance(compiled, folder, environment) {
  return await startProgram(path.join(compiled, 'main.js'), {
    folder,
    env: {
      PORT: '0',
      ADMIN_SECRET: SECRET,
      LOG_LEVEL: 'error',
      RATE_LIMITING_ENABLED: 'false',
      ...environment,
    },
    says: /Page\s+(http:\/\/[\d.]+:\d+)\//,
  });
}

export async function graphql(url, query, bearer = null) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(8_000),
  });
  return JSON.parse(await response.text());
}

/** Every trade that a viewer is told, with the moment; the client reconnects by itself. */
export function followTrades(url) {
  const told = new Map();
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 1_000,
    retryWait: () => delay(200),
    shouldRetry: () => true,
  });
  client.subscribe(
    { query: 'subscription { tradeDetected { id } }' },
    {
      next: ({ data }) => {
        if (data?.tradeDetected && !told.has(data.tradeDetected.id))
          told.set(data.tradeDetected.id, Date.now());
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return { told, close: () => client.dispose() };
}

/** Acts of an administrator one after the other; those that were acknowledged, by their reasons, with the moment. */
export function actWithoutEnd(url, signal) {
  const acknowledged = new Map();
  let number = 0;
  const work = async () => {
    while (!signal.aborted) {
      number += 1;
      const reason = `drill ${number}`;
      const act = number % 2 === 1 ? 'pauseTimer' : 'resumeTimer';
      const answer = await graphql(
        url,
        `mutation { ${act}(id: "drill", reason: "${reason}") { timer { revision } } }`,
        SECRET,
      ).catch(() => null);
      if (answer?.data?.[act]) acknowledged.set(reason, Date.now());
      await delay(20);
    }
  };
  return { acknowledged, ended: work() };
}

/** Places trades at a rate until it is told to stop. @returns signatures that the chain holds */
export function tradeWithoutEnd(chain, perSecond, signal) {
  const placed = [];
  const work = async () => {
    while (!signal.aborted) {
      const startedAt = performance.now();
      placed.push((await chain.place()).signature);
      await delay(Math.max(0, 1_000 / perSecond - (performance.now() - startedAt)));
    }
  };
  return { placed, ended: work() };
}
