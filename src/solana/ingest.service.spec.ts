import { Logger } from '@nestjs/common';
import { signatureOf, swapPayload } from '../../test/support/swap-payload';
import { ChainObserver } from './chain-observer';
import { IngestService } from './ingest.service';

const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const NOW_MS = 1_800_000_000_000;
const signature = signatureOf(1);
const swap = { signature, slot: 700, blockTimeSec: 1_800_000_000, mint: MINT };
const row = { signature, slot: 700, hasFailed: false, blockTimeSec: 1_800_000_000 };
const arrival = { mint: MINT, source: 'POLLING', row } as const;

function ingestAt(clock: { isSuspect: boolean } = { isSuspect: false }): {
  ingest: IngestService;
  observer: ChainObserver;
} {
  const observer = new ChainObserver({ now: () => NOW_MS, observeBlock: () => undefined, ...clock });
  return { ingest: new IngestService(observer), observer };
}

describe('IngestService', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('turns a swap into a trade with slot and block time of the chain', () => {
    const judgement = ingestAt().ingest.judge(swapPayload(swap), arrival);
    expect(judgement).toEqual({
      kind: 'judged',
      trades: [
        expect.objectContaining({
          signature,
          index: 0,
          slot: 700,
          blockTimeMs: NOW_MS,
          detectedAtMs: NOW_MS,
          side: 'BUY',
          amountRaw: '5000000',
          mint: MINT,
          source: 'POLLING',
          blockIndex: null,
        }),
      ],
      pools: [],
    });
  });

  it('finds nothing in a transaction that failed or trades another mint', () => {
    const { ingest } = ingestAt();
    const other = { ...arrival, mint: 'So11111111111111111111111111111111111111112' };
    expect(ingest.judge(swapPayload({ ...swap, hasFailed: true }), arrival)).toEqual({
      kind: 'judged',
      trades: [],
      pools: [],
    });
    expect(ingest.judge(swapPayload(swap), other)).toEqual({ kind: 'judged', trades: [], pools: [] });
  });

  it('takes a malformed payload for judged, so that it never blocks', () => {
    expect(ingestAt().ingest.judge({ transaction: {}, slot: 1 }, arrival)).toEqual({
      kind: 'judged',
      trades: [],
      pools: [],
    });
  });

  it('leaves pending what is not found, has no time, or is more than 10 s ahead', () => {
    const { ingest } = ingestAt();
    const timeless = { ...arrival, row: { ...row, blockTimeSec: null } };
    const ahead = swapPayload({ ...swap, blockTimeSec: swap.blockTimeSec + 11 });
    expect(ingest.judge(null, arrival)).toEqual({ kind: 'pending', reason: 'not_found' });
    expect(ingest.judge(swapPayload({ ...swap, blockTimeSec: null }), timeless)).toEqual({
      kind: 'pending',
      reason: 'no_block_time',
    });
    expect(ingest.judge(ahead, arrival)).toEqual({ kind: 'pending', reason: 'ahead_of_now' });
    const near = swapPayload({ ...swap, blockTimeSec: swap.blockTimeSec + 10 });
    expect(ingest.judge(near, arrival).kind).toBe('judged');
  });

  it('believes only the newest block while the clock is suspect', () => {
    const { ingest, observer } = ingestAt({ isSuspect: true });
    expect(ingest.judge(swapPayload(swap), arrival)).toEqual({ kind: 'pending', reason: 'ahead_of_now' });
    observer.sawBlock(710, NOW_MS);
    expect(ingest.judge(swapPayload(swap), arrival).kind).toBe('judged');
  });
});
