import { DemoError } from './demo.errors';
import { isRecord, isStringArray } from './json';

/** What the chain needs to know of a `getTransaction` result; `body` is the result itself. */
export interface RpcTransaction {
  readonly body: Readonly<Record<string, unknown>>;
  readonly err: unknown;
  readonly version: number | 'legacy';
  readonly addresses: readonly string[];
}

/**
 * Reads a `getTransaction` result in encoding `json`.
 *
 * @returns its error (null: none), version and every account it names, loaded ones included
 * @throws DEMO_TAPE_MALFORMED where message, account keys or meta are missing
 */
export function readRpcTransaction(body: unknown): RpcTransaction {
  const transaction = isRecord(body) ? body['transaction'] : undefined;
  const message = isRecord(transaction) ? transaction['message'] : undefined;
  const accountKeys = isRecord(message) ? message['accountKeys'] : undefined;
  const meta = isRecord(body) ? body['meta'] : undefined;
  if (!isRecord(body) || !isStringArray(accountKeys) || !isRecord(meta)) {
    throw new DemoError('DEMO_TAPE_MALFORMED', { missing: 'transaction.message.accountKeys or meta' });
  }
  const version = body['version'];
  return {
    body,
    err: meta['err'] ?? null,
    version: typeof version === 'number' ? version : 'legacy',
    addresses: [...accountKeys, ...loadedAddresses(meta)],
  };
}

function loadedAddresses(meta: Record<string, unknown>): string[] {
  const loaded = meta['loadedAddresses'];
  if (!isRecord(loaded)) return [];
  return [loaded['writable'], loaded['readonly']].flatMap((list) => (isStringArray(list) ? list : []));
}
