import { addressNamed, sampleTransaction, signatureNamed } from '../../test/support/sample-tape';
import { blockOf } from './block';
import { Chain } from './chain';
import { NO_FAULTS } from './faults';
import { readRpcTransaction } from './read-rpc-transaction';
import { answerRpc } from './rpc';
import { blockHeightOf, blockTimeSecOf, isSkipped, producedAtOrBelow } from './slots';

const MINT = addressNamed('mint');
const NOW_MS = 1_795_000_000_000;

const chain = new Chain(() => NOW_MS);
const slot = producedAtOrBelow(chain.newestSlot - 60);
for (const name of ['legacy', 'v0']) {
  const signature = signatureNamed(name);
  const body = sampleTransaction(name, { signature, slot, blockTimeSec: blockTimeSecOf(slot), mint: MINT });
  const content = readRpcTransaction(body);
  chain.add({ signature, slot, listedAtSlot: slot, addresses: new Set(content.addresses), content });
}
let skippedSlot = slot;
while (!isSkipped(skippedSlot)) skippedSlot -= 1;

afterEach(() => {
  chain.faults = NO_FAULTS;
});

function call(method: string, ...params: unknown[]): unknown {
  return answerRpc(chain, { jsonrpc: '2.0', id: 7, method, params }, () => undefined);
}

const result = (value: unknown): unknown => ({ jsonrpc: '2.0', id: 7, result: value });
describe('a call', () => {
  it.each([
    ['getSlot', [], producedAtOrBelow(chain.newestSlot - 32)],
    ['getSlot', [{ commitment: 'confirmed' }], producedAtOrBelow(chain.newestSlot - 2)],
    ['getSlot', [{ commitment: 'processed' }], producedAtOrBelow(chain.newestSlot)],
    ['getBlockHeight', [], blockHeightOf(producedAtOrBelow(chain.newestSlot - 32))],
    ['getFirstAvailableBlock', [], chain.firstSlot],
    ['getBlockTime', [slot], blockTimeSecOf(slot)],
    ['getHealth', [], 'ok'],
  ])('%s %j is answered as a node answers it', (method, params, value) => {
    expect(call(method, ...params)).toEqual(result(value));
  });

  it.each([
    ['getSomething', [], -32601],
    ['getSlot', [{ commitment: 'recent' }], -32602],
    ['getSlot', [{ minContextSlot: chain.newestSlot }], -32016],
    ['getBlockTime', [-1], -32602],
    ['getBlockTime', [chain.newestSlot + 9], -32004],
    ['getBlockTime', [skippedSlot], -32007],
    ['getBlock', [skippedSlot], -32007],
    ['getBlock', [chain.newestSlot - 10], -32004],
    ['getBlock', [slot, { commitment: 'processed' }], -32602],
    ['getBlock', [slot, { transactionDetails: 'accounts' }], -32602],
    ['getSignaturesForAddress', ['not a key'], -32602],
    ['getSignaturesForAddress', [MINT, { limit: 0 }], -32602],
    ['getSignaturesForAddress', [MINT, { limit: 1001 }], -32602],
    ['getSignaturesForAddress', [MINT, { before: MINT }], -32602],
    ['getSignaturesForAddress', [MINT, { commitment: 'processed' }], -32602],
    ['getSignaturesForAddress', [MINT, { minContextSlot: chain.newestSlot }], -32016],
    ['getTransaction', [MINT], -32602],
    ['getTransaction', [signatureNamed('legacy'), { encoding: 'base64' }], -32602],
    ['getTransaction', [signatureNamed('legacy'), { commitment: 'processed' }], -32602],
    ['getTransaction', [signatureNamed('v0'), 'json'], -32015],
    ['getBlock', [slot], -32015],
  ])('%s %j is refused with %i', (method, params, code) => {
    expect(call(method, ...params)).toMatchObject({ jsonrpc: '2.0', id: 7, error: { code } });
  });

  it('lists rows of an address up to the limit', () => {
    const newest = {
      signature: signatureNamed('v0'),
      slot,
      err: null,
      memo: null,
      blockTime: blockTimeSecOf(slot),
      confirmationStatus: 'finalized',
    };
    expect(call('getSignaturesForAddress', MINT, { limit: 1 })).toEqual(result([newest]));
  });

  it('gives a transaction with its version only to a client that says which it understands', () => {
    const told = call('getTransaction', signatureNamed('v0'), {
      maxSupportedTransactionVersion: 0,
      encoding: 'json',
    });
    expect(told).toMatchObject({
      result: { slot, blockTime: blockTimeSecOf(slot), version: 0, meta: { err: null } },
    });
    expect(call('getTransaction', signatureNamed('legacy'))).not.toHaveProperty('result.version');
    expect(call('getTransaction', signatureNamed('unknown'))).toEqual(result(null));
  });

  it('gives a block with signatures, with whole transactions, or with neither', () => {
    const signatures = [signatureNamed('legacy'), signatureNamed('v0')];
    const header = {
      blockTime: blockTimeSecOf(slot),
      blockHeight: blockHeightOf(slot),
      parentSlot: producedAtOrBelow(slot - 1),
    };
    expect(call('getBlock', slot, { transactionDetails: 'signatures' })).toMatchObject({
      result: { ...header, signatures },
    });
    const none = call('getBlock', slot, { transactionDetails: 'none' });
    expect(none).toMatchObject({ result: header });
    expect(none).not.toHaveProperty('result.transactions');
    expect(none).not.toHaveProperty('result.signatures');
    const full = call('getBlock', slot, { maxSupportedTransactionVersion: 0 });
    expect(full).toMatchObject({
      result: { transactions: signatures.map((signature) => ({ transaction: { signatures: [signature] } })) },
    });
  });

  it('links each block to the one before by its hash', () => {
    const block = { commitment: 'finalized', transactionDetails: 'none' } as const;
    const [parent, child] = [blockOf(chain, producedAtOrBelow(slot - 1), block), blockOf(chain, slot, block)];
    expect(child).toHaveProperty('previousBlockhash', 'blockhash' in parent ? parent['blockhash'] : '');
    expect(child).not.toHaveProperty('blockhash', 'blockhash' in parent ? parent['blockhash'] : '');
  });

  it('says that the node is behind when it is', () => {
    chain.faults = { ...NO_FAULTS, lagSlots: 200 };
    expect(call('getHealth')).toMatchObject({ error: { code: -32005, data: { numSlotsBehind: 200 } } });
  });
});

describe('a body', () => {
  const seen: string[] = [];
  const answer = (body: unknown): unknown => answerRpc(chain, body, (method) => seen.push(method));
  const health = { jsonrpc: '2.0', id: 'a', method: 'getHealth' };

  it('may be a batch, answered in its order, each call counted', () => {
    expect(answer([health, { ...health, id: 'b', method: 'getX' }, 5])).toEqual([
      { jsonrpc: '2.0', id: 'a', result: 'ok' },
      { jsonrpc: '2.0', id: 'b', error: { code: -32601, message: 'Method not found' } },
      { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Invalid request' } },
    ]);
    expect(seen).toEqual(['getHealth']);
  });

  it.each([
    ['no JSON', undefined, -32700],
    ['an empty batch', [], -32600],
    ['a text', 'getSlot', -32600],
    ['another protocol', { method: 'getSlot' }, -32600],
  ])('of %s is refused', (_what, body, code) => {
    expect(answer(body)).toMatchObject({ id: null, error: { code } });
  });

  it('without an id is not answered', () => {
    expect(answer({ jsonrpc: '2.0', method: 'getHealth' })).toBeUndefined();
  });
});
