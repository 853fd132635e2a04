import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Secret } from '../../src/config/secret';
import { WEBHOOK_ADMIN, WEBHOOK_EVENT } from '../../src/solana/domain/credits';
import { readTransaction } from '../../src/solana/domain/transaction';
import { HeliusClient } from '../../src/solana/helius/helius.client';
import type { Registration, RegistrationKeeping } from '../../src/solana/helius/registration';
import { KEEPER_PACE, WebhookKeeper } from '../../src/solana/helius/webhook.keeper';
import { WebhookRegistrar } from '../../src/solana/helius/webhook.registrar';
import { FakeHelius, HELIUS_KEY } from '../../test/support/fake-helius';
import type { Lane, LaneTerm } from './lane';
import type { ChainRow } from './profiles';
import type { Reader, World } from './reader';
import { payloadOf } from './simulated-chain';

/** One delivery in two hundred never comes. */
const LOST_PUSHES = 0.005;
/** From a row's listing to its delivery. */
const DELIVERED_AFTER_MS = 500;

/** What the provider does to our webhook: `kept`, or switched off once, at a time. */
export interface WebhookFate {
  /** Epoch ms; null: never. */
  readonly offAtMs: number | null;
}

class MemoryRegistration implements RegistrationKeeping {
  private kept: Registration | null = null;

  get(): Promise<Registration | null> {
    return Promise.resolve(this.kept);
  }

  put(registration: Registration): Promise<void> {
    this.kept = registration;
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.kept = null;
    return Promise.resolve();
  }
}

/**
 * A webhook's day: the production keeper registers and checks it over HTTP with a provider on loopback, which delivers
 * what names its addresses while it is switched on, and bills all of it. Bodies go to the desk without the inbox.
 */
export class WebhookLane implements Lane {
  private readonly store = new MemoryRegistration();
  private readonly due: readonly ChainRow[];
  private next = 0;
  private isOffDone = false;

  private constructor(
    private readonly world: World,
    private readonly fate: WebhookFate,
    private readonly helius: FakeHelius,
    private readonly address: Server,
  ) {
    this.due = world.rows.toSorted((a, b) => a.listedAtMs - b.listedAtMs);
  }

  static async start(world: World, fate: WebhookFate): Promise<WebhookLane> {
    const address = createServer((request, response) => {
      request.resume();
      response.end();
    }).listen(0, '127.0.0.1');
    await once(address, 'listening');
    return new WebhookLane(world, fate, await FakeHelius.start(), address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.helius[Symbol.asyncDispose]();
    this.address.closeAllConnections();
    this.address.close();
    await once(this.address, 'close');
  }

  async term(reader: Reader, fencingToken: number): Promise<LaneTerm> {
    const keeper = this.keeperOf(reader);
    const { signal } = new AbortController();
    const keep = async (): Promise<void> => {
      this.switchOff();
      await keeper.step(signal);
    };
    await keep();
    return {
      dueAtMs: () => this.dueAtMs(),
      keep,
      bring: async () => {
        const row = this.due[this.next];
        this.next += 1;
        if (row !== undefined && this.isDelivered(row)) await this.deliver(row, reader, fencingToken, signal);
      },
      end: () => Promise.resolve(),
    };
  }

  private dueAtMs(): number {
    const row = this.due[this.next];
    return row === undefined ? Number.POSITIVE_INFINITY : row.listedAtMs + DELIVERED_AFTER_MS;
  }

  private isDelivered({ addresses }: ChainRow): boolean {
    const isHeard = [...this.helius.webhooks.values()].some(
      ({ active, accountAddresses }) => active && accountAddresses.some((one) => addresses.includes(one)),
    );
    if (!isHeard) return false;
    this.world.meter.count({ method: WEBHOOK_EVENT, endpoint: 'helius' });
    return this.world.random() >= LOST_PUSHES;
  }

  private async deliver(
    row: ChainRow,
    { desk, pushes }: Reader,
    fencingToken: number,
    signal: AbortSignal,
  ): Promise<void> {
    const pushed = readTransaction(payloadOf(row));
    await desk.take([pushed], { source: 'WEBHOOK', fencingToken, signal });
    pushes.trust.WEBHOOK.brought([pushed.signature]);
  }

  private switchOff(): void {
    const { offAtMs } = this.fate;
    if (this.isOffDone || offAtMs === null || this.world.clock.nowMs < offAtMs) return;
    this.isOffDone = true;
    this.helius.only.active = false;
  }

  private keeperOf({ pushes, list }: Reader): WebhookKeeper {
    const { clock, meter } = this.world;
    const secrets = { apiKey: new Secret(HELIUS_KEY), secret: new Secret('secret-of-the-simulation') };
    const client = new HeliusClient({
      apiKey: secrets.apiKey,
      baseUrl: this.helius.baseUrl,
      onCall: (endpoint) => meter.count({ method: WEBHOOK_ADMIN, endpoint }),
    });
    const time = { nowMs: () => clock.nowMs, monotonicMs: () => clock.nowMs };
    return new WebhookKeeper({
      ...time,
      registrar: new WebhookRegistrar({ client, store: this.store, ...secrets, nowMs: time.nowMs }),
      trust: pushes.trust.WEBHOOK,
      url: this.url,
      secret: secrets.secret,
      isWanted: () => true,
      addresses: () => list.addresses(),
      pace: KEEPER_PACE,
    });
  }

  private get url(): string {
    const address = this.address.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}/`;
  }
}
