import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** A webhook as Helius keeps it. */
export interface KeptWebhook {
  readonly webhookID: string;
  webhookURL: string;
  webhookType: string;
  transactionTypes: string[];
  accountAddresses: string[];
  authHeader: string;
  txnStatus: string;
  active: boolean;
}

/** The API key that the fake accepts. */
export const HELIUS_KEY = 'key-of-the-tests';

const FIELDS = ['webhookURL', 'webhookType', 'transactionTypes', 'accountAddresses', 'authHeader'];
const RETRIES = 3;
const ANSWER_WITHIN_MS = 1_000;

/** How the fake treats deliveries. */
export interface FakeHeliusOptions {
  /** Wait between two tries of a delivery; the real one waits a second or a minute. */
  readonly retryAfterMs?: number;
  /** Failed deliveries in a row after which a webhook is switched off. */
  readonly disableAfter?: number;
}

/**
 * Helius' webhook API and deliveries on a loopback server: needs a bearer key, keeps webhooks, delivers bodies with
 * three retries, loses what fails all of them, and switches a webhook off after too many failures.
 */
export class FakeHelius implements AsyncDisposable {
  /** Requests so far, as `METHOD path`. */
  readonly calls: string[] = [];
  readonly webhooks = new Map<string, KeptWebhook>();
  /** Deliveries that no retry could bring. */
  lost = 0;
  /** Statuses of the next answers; then it works again. */
  failures: number[] = [];
  /** What a scripted failure says. */
  reason = 'scripted';
  /** Whether answers hold the header in the clear. */
  showsSecrets = false;
  private made = 0;
  private readonly failed = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    private readonly options: Required<FakeHeliusOptions>,
  ) {}

  static async start(options: FakeHeliusOptions = {}): Promise<FakeHelius> {
    const fake = new FakeHelius(createServer(), { retryAfterMs: 20, disableAfter: 5, ...options });
    fake.server.on('request', (request, response) => {
      void fake.serve(request, response);
    });
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    return fake;
  }

  /** Give it to the client as base URL. */
  get baseUrl(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}/v0/webhooks`;
  }

  /** The only webhook. @throws where there are none or several */
  get only(): KeptWebhook {
    const [one, ...others] = this.webhooks.values();
    if (one === undefined || others.length > 0) throw new Error(`${this.webhooks.size} webhooks`);
    return one;
  }

  /**
   * Delivers transactions to every active webhook that names one of the addresses.
   *
   * @returns the status of the last try of each
   */
  async deliver(addresses: readonly string[], transactions: readonly unknown[]): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (const webhook of this.webhooks.values()) {
      const isNamed = webhook.accountAddresses.some((address) => addresses.includes(address));
      if (webhook.active && isNamed) statuses.push(await this.push(webhook, JSON.stringify(transactions)));
    }
    return statuses;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async push(webhook: KeptWebhook, body: string): Promise<number> {
    let status = 0;
    for (let attempt = 0; attempt <= RETRIES; attempt += 1) {
      if (attempt > 0) await delay(this.options.retryAfterMs);
      status = await fetch(webhook.webhookURL, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: webhook.authHeader },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      }).then(
        async (response) => {
          await response.body?.cancel();
          return response.status;
        },
        () => 0,
      );
      if (status === 200) {
        this.failed.set(webhook.webhookID, 0);
        return status;
      }
      if (status === 403) break;
    }
    this.lost += 1;
    const failed = (this.failed.get(webhook.webhookID) ?? 0) + 1;
    this.failed.set(webhook.webhookID, failed);
    if (failed >= this.options.disableAfter) webhook.active = false;
    return status;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const route = `${request.method ?? ''} ${request.url ?? ''}`;
    this.calls.push(route);
    const failure = this.failures.shift();
    const isKnown = request.headers.authorization === `Bearer ${HELIUS_KEY}`;
    const [status, body] =
      failure !== undefined
        ? [failure, { error: this.reason }]
        : isKnown
          ? this.answer(route, text)
          : [401, { error: 'unauthorized' }];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === null ? undefined : JSON.stringify(body));
  }

  private answer(route: string, text: string): readonly [number, unknown] {
    const [, method = '', id] = /^(\w+) \/v0\/webhooks(?:\/([^/?]+))?$/.exec(route) ?? [];
    const kept = id === undefined ? undefined : this.webhooks.get(id);
    if (id !== undefined && kept === undefined) return [404, { error: 'webhook not found' }];
    const body: Partial<KeptWebhook> = text === '' ? {} : JSON.parse(text);
    if (method === 'GET')
      return [
        200,
        kept === undefined ? [...this.webhooks.values()].map((one) => this.shown(one)) : this.shown(kept),
      ];
    if (method === 'POST' || method === 'PUT') {
      const missing = FIELDS.filter((field) => !(field in body));
      return missing.length > 0 ? [400, { error: `missing ${missing.join(', ')}` }] : this.keep(body, kept);
    }
    if (kept === undefined) return [405, { error: 'method not allowed' }];
    if (method === 'PATCH') {
      kept.active = body.active === true;
      return [200, this.shown(kept)];
    }
    this.webhooks.delete(kept.webhookID);
    return [204, null];
  }

  private keep(body: Partial<KeptWebhook>, kept: KeptWebhook | undefined): readonly [number, unknown] {
    this.made += kept === undefined ? 1 : 0;
    const webhook: KeptWebhook = {
      webhookID: kept?.webhookID ?? `webhook-${this.made}`,
      webhookURL: body.webhookURL ?? '',
      webhookType: body.webhookType ?? '',
      transactionTypes: body.transactionTypes ?? [],
      accountAddresses: body.accountAddresses ?? [],
      authHeader: body.authHeader ?? '',
      txnStatus: body.txnStatus ?? 'all',
      active: kept?.active ?? true,
    };
    this.webhooks.set(webhook.webhookID, webhook);
    return [kept === undefined ? 201 : 200, this.shown(webhook)];
  }

  private shown(webhook: KeptWebhook): object {
    const authHeader = this.showsSecrets ? webhook.authHeader : '[hidden]';
    return { ...webhook, authHeader, wallet: 'w', project: 'p' };
  }
}
