import { fieldsOf, listOf, malformed } from './parse-payload';
import { readEnhanced } from './read-enhanced';
import { readRpc } from './read-rpc';
import type { Transaction } from './transaction.form';

export type {
  AccountKeys,
  Instruction,
  ParsedInstruction,
  TokenBalance,
  Transaction,
  TransactionForm,
} from './transaction.form';

/**
 * Reads one transaction in any form that reaches us: a `getTransaction` result (`json`, `jsonParsed` or `base64`,
 * legacy or version 0), an element of a block or raw webhook, a websocket notification, a Helius enhanced element.
 *
 * @throws SOLANA_TRANSACTION_MALFORMED with `missing`, the paths of what the payload lacks, such as `meta`
 */
export function readTransaction(payload: unknown): Transaction {
  const bodies = transactionBodies(payload);
  if (bodies.length > 1) throw malformed('one transaction: the body holds several');
  const body = fieldsOf<'transaction' | 'meta' | 'accountData' | 'feePayer'>(bodies[0]);
  if (body === null) throw malformed('transaction');
  const isEnhanced =
    body.transaction === undefined && (body.accountData !== undefined || body.feePayer !== undefined);
  return isEnhanced ? readEnhanced(body) : readRpc(body);
}

/**
 * The single transactions of a body: the elements of an array or block, what a JSON-RPC answer or a websocket
 * notification wraps, else the body itself. Looks no deeper than these envelopes are.
 */
export function transactionBodies(payload: unknown): readonly unknown[] {
  const list = listOf(payload);
  if (list !== null) return list.map(unwrap);
  const body = unwrap(payload);
  return listOf(fieldsOf<'transactions'>(body)?.transactions) ?? [body];
}

function unwrap(payload: unknown): unknown {
  let body = payload;
  for (let envelope = 0; envelope < 3; envelope++) {
    const fields = fieldsOf<'result' | 'params' | 'transaction' | 'slot' | 'blockTime'>(body);
    if (fields === null) return body;
    const inside = fields.params ?? fields.result;
    if (inside !== undefined && fields.transaction === undefined) {
      body = inside;
      continue;
    }
    const nested = fieldsOf<'transaction' | 'meta'>(fields.transaction);
    if (nested?.transaction === undefined || nested.meta === undefined) return body;
    return { slot: fields.slot, blockTime: fields.blockTime, ...nested };
  }
  return body;
}
