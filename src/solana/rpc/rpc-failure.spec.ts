import { httpError, isOwnFault, rpcError, waitAskedFor } from './rpc-failure';

describe('Retry-After', () => {
  const waitMs = (header: string | null): number | null =>
    waitAskedFor(httpError({ endpoint: '1:test', method: 'getSlot' }, 429, header));

  it.each([
    ['no header', null, null],
    ['seconds', '7', 7_000],
    ['nothing that is a time', 'soon', null],
    ['more seconds than anybody waits', '999999', 600_000],
    ['more digits than a number has', '9'.repeat(400), 600_000],
    ['a date that is past', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['a date in years', 'Fri, 01 Jan 2100 00:00:00 GMT', 600_000],
  ])('is understood: %s', (_, header, ms) => {
    expect(waitMs(header)).toBe(ms);
  });
});

describe('a JSON-RPC error', () => {
  const of = (rpcCode: number, message?: string): ReturnType<typeof rpcError> =>
    rpcError({ endpoint: '1:test', method: 'getSlot' }, rpcCode, message);

  it.each([
    ['a block of old that is cleaned up', -32001, 'SOLANA_BLOCK_MISSING'],
    ['a block that is not there yet', -32004, 'SOLANA_SLOT_NOT_FOUND'],
    ['a node that is behind', -32005, 'SOLANA_LAG_EXCEEDED'],
    ['a skipped slot', -32007, 'SOLANA_BLOCK_MISSING'],
    ['a slot that is skipped in the archive', -32009, 'SOLANA_BLOCK_MISSING'],
    ['an address without index', -32010, 'SOLANA_HISTORY_MISSING'],
    ['a node without history', -32011, 'SOLANA_HISTORY_MISSING'],
    ['a block whose status is open', -32014, 'SOLANA_SLOT_NOT_FOUND'],
    ['a version that was not asked for', -32015, 'SOLANA_REQUEST_INVALID'],
    ['a node below the slot that is asked for', -32016, 'SOLANA_SLOT_NOT_FOUND'],
    ['an archive that is away', -32019, 'SOLANA_RPC_FAILED'],
    ['an error inside the node', -32603, 'SOLANA_RPC_FAILED'],
    ['a rate limit', 429, 'SOLANA_RATE_EXCEEDED'],
    ['the same as some say it', -32429, 'SOLANA_RATE_EXCEEDED'],
  ])('is understood: %s', (_, rpcCode, code) => {
    expect(of(rpcCode)).toMatchObject({ code, context: { rpcCode } });
    expect(isOwnFault(of(rpcCode))).toBe(code === 'SOLANA_REQUEST_INVALID');
  });

  it.each([
    ['Node is behind by 42 slots', 'SOLANA_LAG_EXCEEDED'],
    ['Node is unhealthy', 'SOLANA_LAG_EXCEEDED'],
    ['project ID request rate exceeded: rate limit', 'SOLANA_RATE_EXCEEDED'],
    ['Too many requests', 'SOLANA_RATE_EXCEEDED'],
    ['daily quota exceeded', 'SOLANA_CREDITS_EXCEEDED'],
  ])('-32005 is told apart by its words: %s', (message, code) => {
    expect(of(-32005, message).code).toBe(code);
    expect(JSON.stringify(of(-32005, message).context)).not.toContain(message);
  });
});
