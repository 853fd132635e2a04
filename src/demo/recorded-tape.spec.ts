import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectTrades } from '../solana/domain/trade';
import { readTransaction } from '../solana/domain/transaction';
import { bodyOf } from './block';
import type { DemoChain } from './demo-chain';
import { DEMO_MINT, startDemoChain } from './demo-chain';
import { readTape } from './read-tape';
import { RpcRefusal } from './rpc-refusal';

const PLAYED = readTape().filter((entry) => entry.demo);

let dataDir = '';
let demo: DemoChain;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'demo-tape-'));
  demo = await startDemoChain({ dataDir, autoplay: false });
  const blockTime = Math.floor(Date.now() / 1000) - 60;
  for (const { name, signature } of PLAYED) {
    await fetch(`${demo.url}/demo/transactions`, {
      method: 'POST',
      body: JSON.stringify({ entry: name, signature, blockTime }),
    });
  }
});
afterAll(async () => {
  await demo.close();
  rmSync(dataDir, { recursive: true });
});

describe('the recorded tape on the demo chain', () => {
  it('is at least sixty mainnet transactions, trades and others, each with a signature of its own', () => {
    expect(PLAYED.length).toBeGreaterThanOrEqual(60);
    expect(demo.status().entries).toBe(PLAYED.length);
    expect(new Set(PLAYED.map((entry) => entry.expected))).toEqual(new Set(['buy', 'sell', 'none']));
    expect(new Set(PLAYED.map((entry) => entry.signature)).size).toBe(PLAYED.length);
  });

  it('is listed for the demo mint with the real signatures, failed ones with their error', () => {
    const rows = demo.chain.signaturesFor(DEMO_MINT, { limit: 1000, commitment: 'finalized' });
    const listed = rows instanceof RpcRefusal ? [] : rows.map(({ signature, err }) => ({ signature, err }));
    expect(listed).toEqual(PLAYED.map(({ signature, err }) => ({ signature, err })).toReversed());
  });

  it.each(PLAYED.map(({ name, expected, signature }) => ({ name, expected, signature })))(
    'is judged as recorded: $name $expected',
    ({ expected, signature }) => {
      const row = demo.chain.transaction(signature, 'finalized');
      const body = row === null || row instanceof RpcRefusal ? null : bodyOf(row, 0);
      expect(detectTrades(readTransaction(body), DEMO_MINT).verdict).toBe(expected);
    },
  );
});
