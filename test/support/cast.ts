import { detectTrades } from '../../src/solana/domain/trade';
import type { DetectedTrade, Detection } from '../../src/solana/domain/trade';
import { readTransaction } from '../../src/solana/domain/transaction';
import { anchor, derivedNamed, walletNamed } from './scene';
import type { Scene } from './scene';

/** Who and what plays in the scenes of the judge's tests. */
export const TOKEN = walletNamed('the token');
export const USDC = walletNamed('usd coin');
export const OTHER = walletNamed('another token');
export const ann = walletNamed('ann');
export const ben = walletNamed('ben');
export const cas = walletNamed('cas');
export const pool = derivedNamed('pool');
export const pool2 = derivedNamed('second pool');
export const order = derivedNamed('order');
export const someProgram = walletNamed('some program');
export const JUPITER = 'JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4';
export const RAYDIUM = '675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8';
export const WHIRLPOOL = 'whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc';
export const LIMIT = 'j1o2qRpjcyUwEvwtcfhEQefh773ZgjxcVRry7LDqg5X';
export const RFQ = '61DFfeTKM7trxYcPQCM78bJ794ddZprZpAwAnLiwTpYH';
export const LEND = 'KLend2g3cP87fffoy8q1mQqGKjrxjC8boSyAYavgmjD';
export const MARKET = 'M2mx93ekt1fmXSVkTrUL9xVFHkmME8HTUi5Cyc5aF7K';
export const PUMP = '6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P';
export const SWAP = anchor('swap');
export const RAYDIUM_SWAP = Buffer.from([9]);
export const NAMELESS = Buffer.from([7]);

/** The verdict on a scene. */
export function judge(scene: Scene, mint = TOKEN): Detection {
  return detectTrades(readTransaction(scene.toRpc()), mint);
}

/** A trade in the order side, amount, trader, quote amount, quote mint. */
export function shortly({ side, amountRaw, trader, quoteRaw, quoteMint }: DetectedTrade): unknown[] {
  return [side, amountRaw, trader, quoteRaw, quoteMint];
}

/** `trader` gives and gets through one pool. */
export function exchange(
  scene: Scene,
  trader: string,
  give: readonly [asset: string, amount: bigint],
  get: readonly [asset: string, amount: bigint],
  from = pool,
): Scene {
  return scene.move(give[0], trader, from, give[1]).move(get[0], from, trader, get[1]);
}
