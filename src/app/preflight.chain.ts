import { setTimeout as delay } from 'node:timers/promises';
import type { Env } from '../config/env';
import { chainTargetOf } from '../solana/domain/chain-target';
import type { RpcEndpoint } from '../solana/domain/chain-target';
import { failed, fine, reasonOf, skipped, warned } from './operator/check';
import type { Check, Outcome } from './operator/check';
import { numberAt, readJson, textAt, valueAt } from './operator/read-answer';

const ANSWER_WITHIN_MS = 8_000;
const MAINNET = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';
const MOST_SLOTS_APART = 150;
const PROGRAMS = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
];
const TRIES = 2;
const AGAIN_AFTER_MS = 300;

/** What is asked of the chain: some ten calls in all, one credit each. */
export function chainChecks(env: Env, heliusRpcUrl: string): readonly Check[] {
  const target = chainTargetOf(env);
  const endpoints = (target?.endpoints ?? []).map((endpoint) =>
    env.solanaRpcEndpoints.length === 0 ? { ...endpoint, name: 'helius' } : endpoint,
  );
  const urlOf = (endpoint: RpcEndpoint): string =>
    endpoint.name === 'helius' ? keyed(env, heliusRpcUrl) : endpoint.url.reveal();
  const off = skipped('CHAIN_READING_ENABLED is false');
  const none = failed('no endpoint', 'set SOLANA_RPC_ENDPOINTS or HELIUS_API_KEY');
  const unlessOff = (run: () => Promise<Outcome>) => (): Promise<Outcome> =>
    !env.chainReadingEnabled ? Promise.resolve(off) : endpoints.length === 0 ? Promise.resolve(none) : run();
  const todo = 'see that the endpoints are right and answer from here';
  return [
    { name: 'solana', todo, run: unlessOff(() => checkEndpoints(endpoints, urlOf)) },
    { name: 'helius-key', todo: 'set a valid HELIUS_API_KEY', run: () => checkKey(env, heliusRpcUrl) },
    {
      name: 'token',
      todo,
      run: unlessOff(async () => {
        const [first] = endpoints;
        return first === undefined ? none : await checkToken(urlOf(first), env.tokenAddress);
      }),
    },
  ];
}

async function checkEndpoints(
  endpoints: readonly RpcEndpoint[],
  urlOf: (endpoint: RpcEndpoint) => string,
): Promise<Outcome> {
  const slots: number[] = [];
  for (const endpoint of endpoints) {
    const name = endpoint.name;
    const slot = await call(urlOf(endpoint), 'getSlot', [{ commitment: 'finalized' }]).catch(
      (err: unknown) => {
        throw new Error(`${name}: ${reasonOf(err)}`);
      },
    );
    if (typeof slot !== 'number') return failed(`${name} gives no slot`, 'take another endpoint');
    const genesis = await call(urlOf(endpoint), 'getGenesisHash', []);
    if (genesis !== MAINNET)
      return warned(`${name} is not mainnet`, 'take an endpoint of mainnet, unless this is a rehearsal');
    slots.push(slot);
  }
  const apart = Math.max(...slots) - Math.min(...slots);
  const found = `${endpoints.map(({ name }) => name).join(', ')}: slot ${Math.max(...slots)}`;
  if (apart > MOST_SLOTS_APART) return failed(`${found}, ${apart} slots apart`, 'take the slow endpoint out');
  return slots.length > 1
    ? fine(found)
    : warned(
        found,
        'name a second endpoint in SOLANA_RPC_ENDPOINTS: it confirms lists, and goes on when the first one fails',
      );
}

async function checkKey(env: Env, heliusRpcUrl: string): Promise<Outcome> {
  if (env.heliusApiKey === null) {
    if (env.heliusWebhookMode)
      return failed(
        'HELIUS_WEBHOOK_MODE is on without HELIUS_API_KEY',
        'set the key, or switch the mode off',
      );
    return env.solanaRpcEndpoints.length > 0 || !env.chainReadingEnabled
      ? skipped('HELIUS_API_KEY is not set, and not needed')
      : failed('HELIUS_API_KEY is not set', 'set it, or SOLANA_RPC_ENDPOINTS');
  }
  const slot = await call(keyed(env, heliusRpcUrl), 'getSlot', []);
  return typeof slot === 'number'
    ? fine('Helius takes the key')
    : failed('Helius gives no slot', 'see the project there');
}

async function checkToken(url: string, mint: string): Promise<Outcome> {
  const account = await call(url, 'getAccountInfo', [
    mint,
    { encoding: 'jsonParsed', commitment: 'finalized' },
  ]);
  const owner = textAt(account, 'value', 'owner');
  if (owner === '') return failed(`${mint} does not exist there`, 'correct TOKEN_ADDRESS');
  if (!PROGRAMS.includes(owner) || textAt(account, 'value', 'data', 'parsed', 'type') !== 'mint')
    return failed(
      `${mint} is no token`,
      'give the address of the mint as TOKEN_ADDRESS, not that of an account or pool',
    );
  const decimals = numberAt(account, 'value', 'data', 'parsed', 'info', 'decimals');
  return fine(`${mint}, ${decimals} decimals`);
}

function keyed(env: Env, heliusRpcUrl: string): string {
  return `${heliusRpcUrl}?api-key=${env.heliusApiKey?.reveal() ?? ''}`;
}

/** @throws with the status or code, never with the URL */
async function call(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const body = readJson(await response.text());
    if (response.status === 429 && attempt < TRIES) {
      await delay(AGAIN_AFTER_MS);
      continue;
    }
    if (response.status === 401 || response.status === 403)
      throw new Error(`the key is refused (${response.status})`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    if (valueAt(body, 'error') !== undefined) throw new Error(`error ${textAt(body, 'error', 'code')}`);
    return valueAt(body, 'result');
  }
}
