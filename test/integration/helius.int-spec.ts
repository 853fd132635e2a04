import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Logger } from '@nestjs/common';
import { Secret } from '../../src/config/secret';
import { PushTrust } from '../../src/solana/domain/push-trust';
import { HeliusClient } from '../../src/solana/helius/helius.client';
import { RegistrationStore } from '../../src/solana/helius/registration.store';
import { WebhookKeeper } from '../../src/solana/helius/webhook.keeper';
import { probeWebhook } from '../../src/solana/helius/webhook.probe';
import { WebhookRegistrar } from '../../src/solana/helius/webhook.registrar';
import { FakeHelius, HELIUS_KEY } from '../support/fake-helius';
import type { KeptWebhook } from '../support/fake-helius';
import { watchOpenHandles } from '../support/open-handles';
import { testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const SECRET = 'what-helius-must-send';
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const POOL = '5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1';
const checkOpenHandles = watchOpenHandles();

/** A public address that answers what it is told, and remembers what it was sent. */
class Address implements AsyncDisposable {
  status = 200;
  readonly bodies: string[] = [];
  readonly secrets: (string | undefined)[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Address> {
    const address = new Address(createServer());
    address.server.on('request', (request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        address.bodies.push(text);
        address.secrets.push(request.headers.authorization);
        response.writeHead(address.status).end();
      });
    });
    address.server.listen(0, '127.0.0.1');
    await once(address.server, 'listening');
    return address;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}/api/webhook/helius`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

describe('the Helius webhook', () => {
  let redis: TestRedis;
  let helius: FakeHelius;
  let address: Address;
  let number = 0;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    redis = await testRedis();
  });

  beforeEach(async () => {
    number += 1;
    helius = await FakeHelius.start();
    address = await Address.open();
  });

  afterEach(async () => {
    await helius[Symbol.asyncDispose]();
    await address[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    await redis.close();
    await checkOpenHandles();
  });

  const counted: string[] = [];
  function clientWith(key = HELIUS_KEY): HeliusClient {
    counted.length = 0;
    return new HeliusClient({
      apiKey: new Secret(key),
      baseUrl: helius.baseUrl,
      onCall: (endpoint) => counted.push(endpoint),
    });
  }

  function registrarWith(secret = SECRET): WebhookRegistrar {
    const store = new RegistrationStore(redis.client, `${redis.keyPrefix}:${number}`);
    const parts = { client: clientWith(), store, apiKey: new Secret(HELIUS_KEY), secret: new Secret(secret) };
    return new WebhookRegistrar({ ...parts, nowMs: () => Date.now() });
  }

  const wish = (...addresses: string[]): { url: string; addresses: readonly string[] } => ({
    url: address.url,
    addresses,
  });

  it('is registered once, however often and wherever it is asked for', async () => {
    await registrarWith().ensure(wish(MINT), false);
    await registrarWith().ensure(wish(MINT), false);
    expect(helius.only).toMatchObject({
      webhookURL: address.url,
      webhookType: 'raw',
      transactionTypes: ['ANY'],
      accountAddresses: [MINT],
      authHeader: SECRET,
      txnStatus: 'success',
    });
    expect(helius.calls).toEqual(['GET /v0/webhooks', 'POST /v0/webhooks']);
  });

  it('is found again where nothing is remembered, and a second one of ours is removed', async () => {
    await registrarWith().ensure(wish(MINT), false);
    const { only } = helius;
    const { webhookID } = only;
    helius.webhooks.set('other', { ...only, webhookID: 'other', webhookURL: 'https://other.example/' });
    helius.webhooks.set('zwin', { ...only, webhookID: 'zwin' });
    await redis.client.del(`${redis.keyPrefix}:${number}:{webhook}:registration`);
    await registrarWith().ensure(wish(MINT), false);
    expect([...helius.webhooks.keys()].toSorted()).toEqual(['other', webhookID].toSorted());
  });

  it('follows the addresses with one call, and survives that it was removed by hand', async () => {
    const registrar = registrarWith();
    await registrar.ensure(wish(MINT), false);
    helius.calls.length = 0;
    await registrar.ensure(wish(POOL, MINT), false);
    await registrar.ensure(wish(MINT, POOL), false);
    expect(helius.calls).toEqual(['PUT /v0/webhooks/webhook-1']);
    expect(helius.only.accountAddresses.toSorted()).toEqual([MINT, POOL].toSorted());
    helius.webhooks.clear();
    await registrar.ensure(wish(MINT), false);
    expect(helius.only).toMatchObject({ webhookID: 'webhook-2', accountAddresses: [MINT] });
  });

  it('gets a new secret with one call', async () => {
    await registrarWith().ensure(wish(MINT), false);
    await registrarWith('another-secret').ensure(wish(MINT), false);
    expect(helius.only.authHeader).toBe('another-secret');
    expect(helius.calls.at(-1)).toBe('PUT /v0/webhooks/webhook-1');
    expect(counted).toHaveLength(1);
  });

  it('is switched on again by a check after the provider has switched it off', async () => {
    const registrar = registrarWith();
    await registrar.ensure(wish(MINT), false);
    address.status = 500;
    for (let turn = 0; turn < 5; turn += 1) await helius.deliver([MINT], [{}]);
    expect(helius.only.active).toBe(false);
    expect(helius.lost).toBe(5);
    expect(address.bodies).toHaveLength(20);
    await registrar.ensure(wish(MINT), true);
    expect(helius.only.active).toBe(true);
  });

  it.each<[string, (kept: KeptWebhook) => void, string[]]>([
    ['delivers failed transactions, too', (kept) => (kept.txnStatus = 'all'), ['GET', 'PUT']],
    ['sends another secret', (kept) => (kept.authHeader = 'whatever'), ['GET', 'PUT']],
    ['sends no secret', (kept) => (kept.authHeader = ''), ['GET', 'PUT']],
    ['is as it should be', () => undefined, ['GET']],
  ])('is put right by a check where somebody has changed it so that it %s', async (_, change, methods) => {
    helius.showsSecrets = true;
    const registrar = registrarWith();
    await registrar.ensure(wish(MINT), false);
    change(helius.only);
    helius.calls.length = 0;
    await registrar.ensure(wish(MINT), true);
    expect(helius.calls.map((call) => call.split(' ')[0])).toEqual(methods);
    expect(helius.only).toMatchObject({ authHeader: SECRET, txnStatus: 'success' });
  });

  it('trusts what it remembers of a secret that the provider masks', async () => {
    const registrar = registrarWith();
    await registrar.ensure(wish(MINT), false);
    helius.calls.length = 0;
    await registrar.ensure(wish(MINT), true);
    expect(helius.calls).toEqual(['GET /v0/webhooks']);
  });

  it('says that the credits are used up where the provider does', async () => {
    helius.failures = [429];
    helius.reason = 'max usage reached';
    await expect(clientWith().list()).rejects.toMatchObject({
      code: 'SOLANA_CREDITS_EXCEEDED',
      context: { method: 'listWebhooks', retryAfterMs: 600_000 },
    });
  });

  it('is removed when it is switched off, at no cost where there was none', async () => {
    const registrar = registrarWith();
    await registrar.ensure(wish(MINT), false);
    expect(await registrar.remove()).toBe(true);
    expect(helius.webhooks.size).toBe(0);
    helius.calls.length = 0;
    expect(await registrar.remove()).toBe(false);
    expect(helius.calls).toEqual([]);
  });

  it.each([
    [429, 'SOLANA_RATE_EXCEEDED'],
    [500, 'SOLANA_RPC_FAILED'],
    [401, 'SOLANA_ACCESS_INVALID'],
  ])('names an HTTP status %s as %s, without key or URL', async (status, code) => {
    helius.failures = [status];
    const failure = await clientWith()
      .list()
      .catch((err: unknown) => err);
    expect(failure).toMatchObject({ code, context: { method: 'listWebhooks', endpoint: 'helius-api' } });
    expect(JSON.stringify(failure)).not.toMatch(new RegExp(`${HELIUS_KEY}|127\\.0\\.0\\.1`));
  });

  it('counts each call, since each is billed', async () => {
    await registrarWith().ensure(wish(MINT), false);
    expect(counted).toEqual(['helius-api', 'helius-api']);
  });

  it('is proven by a body of our own that goes the way of a push', async () => {
    expect(await probeWebhook(address.url, new Secret(SECRET))).toMatchObject({ isOk: true, status: 200 });
    expect([address.bodies, address.secrets]).toEqual([['[]'], [SECRET]]);
    address.status = 401;
    expect(await probeWebhook(address.url, new Secret(SECRET))).toMatchObject({ isOk: false, status: 401 });
    expect(await probeWebhook('http://127.0.0.1:1/', new Secret(SECRET))).toMatchObject({
      isOk: false,
      status: null,
      message: 'could not be reached',
    });
  });

  describe('its keeper', () => {
    let addresses: string[];
    let isWanted: boolean;
    let trust: PushTrust;
    const { signal } = new AbortController();

    beforeEach(() => {
      addresses = [MINT];
      isWanted = true;
      trust = new PushTrust();
    });

    function keeper(
      pace: { betweenEditsMs?: number; checkMs?: number; checkSilenceMs?: number } = {},
    ): WebhookKeeper {
      return new WebhookKeeper({
        registrar: registrarWith(),
        trust,
        url: address.url,
        secret: new Secret(SECRET),
        isWanted: () => isWanted,
        addresses: () => Promise.resolve(addresses),
        nowMs: () => Date.now(),
        pace: {
          lookMs: 10,
          betweenEditsMs: 0,
          checkMs: 3_600_000,
          checkSilenceMs: 3_600_000,
          longestWaitMs: 50,
          ...pace,
        },
      });
    }

    const level = (): string => trust.levelAt(performance.now());

    it('registers, proves the way and trusts it; further looks cost nothing', async () => {
      const kept = keeper();
      for (let turn = 0; turn < 5; turn += 1) await kept.step(signal);
      expect(level()).toBe('TRUSTED');
      expect(helius.calls).toHaveLength(2);
      const heir = keeper();
      for (let turn = 0; turn < 5; turn += 1) await heir.step(signal);
      expect(helius.calls).toHaveLength(2);
    });

    it('does not trust an address that does not answer', async () => {
      address.status = 503;
      await keeper().step(signal);
      expect(helius.webhooks.size).toBe(1);
      expect(level()).toBe('SILENT');
    });

    it('follows new addresses, at most one edit in its pace', async () => {
      const kept = keeper();
      await kept.step(signal);
      addresses = [MINT, POOL];
      await kept.step(signal);
      expect(helius.only.accountAddresses).toEqual([MINT, POOL]);
      const slow = keeper({ betweenEditsMs: 3_600_000 });
      await slow.step(signal);
      addresses = [MINT];
      await slow.step(signal);
      expect(helius.only.accountAddresses).toEqual([MINT, POOL]);
    });

    it('switches it on again when pushes have fallen silent', async () => {
      const kept = keeper({ checkSilenceMs: 0 });
      await kept.step(signal);
      helius.only.active = false;
      const missed = ['a', 'b'].map((signature) => ({ signature, blockTimeMs: Date.now() + 1_000 }));
      trust.swept(missed, performance.now() - 60_000);
      expect(level()).toBe('SILENT');
      await kept.step(signal);
      expect(helius.only.active).toBe(true);
      expect(level()).toBe('TRUSTED');
    });

    it('removes it when the mode is switched off, and registers it again later', async () => {
      const kept = keeper();
      await kept.step(signal);
      isWanted = false;
      await kept.step(signal);
      expect(helius.webhooks.size).toBe(0);
      expect(level()).toBe('SILENT');
      const calls = helius.calls.length;
      await kept.step(signal);
      expect(helius.calls).toHaveLength(calls);
      isWanted = true;
      await kept.step(signal);
      expect(helius.webhooks.size).toBe(1);
      expect(level()).toBe('TRUSTED');
    });

    it('tries again after a failure of the provider', async () => {
      helius.failures = [500];
      const kept = keeper();
      await kept.step(signal);
      expect(helius.webhooks.size).toBe(0);
      await kept.step(signal);
      expect(helius.webhooks.size).toBe(1);
    });

    it('ends with its signal and leaves the webhook to the next leader', async () => {
      const stop = new AbortController();
      const running = keeper().run(stop.signal);
      stop.abort();
      expect(await running).toBe('aborted');
      expect(level()).toBe('SILENT');
    });
  });
});
