import type { Secret } from '../../config/secret';
import { SolanaError } from '../domain/solana.errors';
import { TRANSACTION_TYPES, TXN_STATUS, WEBHOOK_TYPE } from '../domain/webhook-plan';
import type { HeliusWebhook, WebhookWish } from '../domain/webhook-plan';
import { httpError, reasonOf, transportError } from '../rpc/rpc-failure';
import type { CallContext } from '../rpc/rpc-failure';
import { readWebhook, readWebhooks } from './read-helius';

const BASE_URL = 'https://api-mainnet.helius-rpc.com/v0/webhooks';
const TIMEOUT_MS = 10_000;
/** How calls are named where they are counted. */
const ENDPOINT = 'helius-api';

/** How Helius is reached. */
export interface HeliusOptions {
  readonly apiKey: Secret;
  /** Called before each request: it is billed, answered or not. */
  readonly onCall: (endpoint: string) => void;
  /** Another address of the API; default Helius' own. */
  readonly baseUrl?: string;
}

/** What is asked; it names the call in errors. */
type Operation = 'listWebhooks' | 'createWebhook' | 'editWebhook' | 'deleteWebhook';

interface Call {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly id?: string;
  readonly body?: object;
}

/**
 * Helius' HTTP API for webhooks. Each call costs 100 credits, is one request without repetition, and throws
 * SolanaError; the key travels in a header only, so that no URL, log or error holds it.
 */
export class HeliusClient {
  constructor(private readonly options: HeliusOptions) {}

  /** All webhooks of the project. */
  async list(signal?: AbortSignal): Promise<readonly HeliusWebhook[]> {
    const body = await this.call({ operation: 'listWebhooks', method: 'GET' }, signal);
    const webhooks = readWebhooks(body);
    if (webhooks === null) throw malformed('listWebhooks');
    return webhooks;
  }

  /** Makes one. */
  async create(wish: WebhookWish, authorization: Secret, signal?: AbortSignal): Promise<HeliusWebhook> {
    const body = bodyOf(wish, authorization);
    return this.read('createWebhook', { method: 'POST', body }, signal);
  }

  /** Replaces all of one. @throws SolanaError SOLANA_WEBHOOK_NOT_FOUND where it is gone */
  async replace(
    id: string,
    wish: WebhookWish,
    authorization: Secret,
    signal?: AbortSignal,
  ): Promise<HeliusWebhook> {
    const body = bodyOf(wish, authorization);
    return this.read('editWebhook', { method: 'PUT', id, body }, signal);
  }

  /** Switches one on or off. @throws SolanaError SOLANA_WEBHOOK_NOT_FOUND where it is gone */
  async toggle(id: string, isActive: boolean, signal?: AbortSignal): Promise<void> {
    const body = { active: isActive };
    await this.call({ operation: 'editWebhook', method: 'PATCH', id, body }, signal);
  }

  /** Removes one. @returns false where it was gone already */
  async remove(id: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.call({ operation: 'deleteWebhook', method: 'DELETE', id }, signal);
      return true;
    } catch (err) {
      if (err instanceof SolanaError && err.code === 'SOLANA_WEBHOOK_NOT_FOUND') return false;
      throw err;
    }
  }

  private async read(
    operation: Operation,
    call: Omit<Call, 'operation'>,
    signal: AbortSignal | undefined,
  ): Promise<HeliusWebhook> {
    const webhook = readWebhook(await this.call({ operation, ...call }, signal));
    if (webhook === null) throw malformed(operation);
    return webhook;
  }

  private async call(call: Call, signal: AbortSignal | undefined): Promise<unknown> {
    const { apiKey, onCall, baseUrl = BASE_URL } = this.options;
    const context = { method: call.operation, endpoint: ENDPOINT };
    onCall(ENDPOINT);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(call.id === undefined ? baseUrl : `${baseUrl}/${call.id}`, {
      method: call.method,
      headers: { authorization: `Bearer ${apiKey.reveal()}`, 'content-type': 'application/json' },
      // a redirect would take the key elsewhere
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    })
      .then((response) => resultOf(response, context))
      .catch((err: unknown) => {
        signal?.throwIfAborted();
        return err instanceof SolanaError ? err : transportError(context, err);
      });
    if (answer instanceof SolanaError) throw answer;
    return answer;
  }
}

async function resultOf(response: Response, context: CallContext): Promise<unknown> {
  if (response.ok) {
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  }
  const reason = await reasonOf(response);
  if (response.status === 404) return new SolanaError('SOLANA_WEBHOOK_NOT_FOUND', { ...context });
  return httpError(context, response.status, response.headers.get('retry-after'), reason);
}

function bodyOf(wish: WebhookWish, authorization: Secret): object {
  return {
    webhookURL: wish.url,
    webhookType: WEBHOOK_TYPE,
    transactionTypes: TRANSACTION_TYPES,
    accountAddresses: wish.addresses,
    authHeader: authorization.reveal(),
    txnStatus: TXN_STATUS,
  };
}

function malformed(method: Operation): SolanaError {
  return new SolanaError('SOLANA_RPC_FAILED', {
    method,
    endpoint: ENDPOINT,
    reason: 'answer not understood',
  });
}
