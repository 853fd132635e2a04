import { MemoryChain } from '../../../test/support/memory-chain';
import { MINT } from '../../../test/support/timer-lab';
import type { ListQuery, SignatureRow } from '../chain-reader';
import { listSince, listToAnchor } from './listing';
import type { RowLister } from './listing';

const NEVER = new AbortController().signal;

/** An address with so many rows, one a slot, behind two nodes that answer in turn. */
function balanced(rows: number, pageRows = 4) {
  const chain = new MemoryChain(MINT, 2, 10_000);
  chain.pageRows = pageRows;
  for (let at = 0; at < rows; at += 1) chain.add(MINT, false, 10_000 - 60 - at);
  const [first, second] = chain.endpoints;
  if (first === undefined || second === undefined) throw new Error('two nodes');
  let asked = 0;
  const reader: RowLister = {
    signatures: (address: string, query: ListQuery): Promise<readonly SignatureRow[]> => {
      asked += 1;
      return (asked % 2 === 1 ? first : second).signatures(address, query);
    },
  };
  const list = { commitment: 'finalized', pageRows, signal: NEVER } as const;
  return { chain, second, reader, list };
}

const fresh = { address: MINT, slot: 9_900, signature: null };

describe('listing through nodes that take turns', () => {
  it('lists each row once, and proves an address without older rows by its end', async () => {
    for (const rows of [0, 1, 3, 4, 5, 7, 8, 9, 12]) {
      const { reader, list } = balanced(rows);
      const listing = await listToAnchor(reader, fresh, { ...list, minContextSlot: 9_900 });
      expect(listing).toMatchObject({ isProven: true, isCapped: false });
      expect(new Set(listing.rows.map(({ signature }) => signature)).size).toBe(rows);
    }
  });

  it('takes a list for unproven that ends at a row which the next node lacks', async () => {
    const { chain, second, reader, list } = balanced(9);
    for (const { signature } of chain.rows) second.hidden.add(signature);
    const ask = { ...list, minContextSlot: 9_900 };
    expect(await listToAnchor(reader, fresh, ask)).toMatchObject({ isProven: false });
  });

  it('takes a first list for unproven that ends there', async () => {
    const { chain, second, reader, list } = balanced(9);
    for (const { signature } of chain.rows) second.hidden.add(signature);
    expect(await listSince(reader, MINT, 0, { ...list, minContextSlot: 9_900 })).toMatchObject({
      isProven: false,
    });
  });

  it('asks for the next page no node that has not reached the last one', async () => {
    const { second, reader, list } = balanced(9);
    second.lagSlots = 35;
    await expect(listToAnchor(reader, fresh, { ...list, minContextSlot: 9_900 })).rejects.toMatchObject({
      code: 'SOLANA_SLOT_NOT_FOUND',
    });
  });
});
