import type { LogLine } from '../history/domain/log-lines';
import { Backfill } from '../solana/backfill';
import { ChainObserver } from '../solana/chain-observer';
import type { ChainSource } from '../solana/chain-reader';
import type { BackfillKeeping, Walk } from '../solana/domain/backfill';
import { IngestService } from '../solana/ingest.service';
import { compareChainOrder, tradeKey } from '../timer/domain/trade';
import type { FoldedTrade, Trade } from '../timer/domain/trade';

/** What reading an audit's trades from the chain works with. */
export interface AuditChain {
  readonly chain: ChainSource;
  /** Pools that are read beside the mint. */
  readonly pools: readonly string[];
  readonly callsPerSecond: number;
  /** Up to when, epoch ms. */
  readonly toMs: number;
  readonly signal: AbortSignal;
}

/**
 * A timer's log with the trades that the chain holds in the place of those that were recorded. Of the recorded ones it
 * is only taken which were filled in after the decision.
 *
 * @throws SolanaError where the chain cannot be read, and whatever `lines` throws
 */
export async function* withTradesOfChain(
  lines: AsyncIterable<readonly LogLine[]>,
  needs: AuditChain,
): AsyncGenerator<readonly LogLine[]> {
  const filled = new Set<string>();
  const mints = new Set<string>();
  let fromMs = 0;
  for await (const part of lines) {
    yield part.filter(({ kind }) => kind !== 'trade');
    for (const line of part) {
      if (line.kind === 'timer') fromMs = line.origin.lastEndMs;
      if (line.kind === 'trade' && line.trade.source === 'BACKFILL') filled.add(tradeKey(line.trade));
      const mint = mintIn(line);
      if (mint !== undefined) mints.add(mint);
    }
  }
  const trades = await tradesOf([...mints], fromMs, needs);
  const placed = await inChainOrder(trades, needs);
  yield placed.map((trade): LogLine => {
    const source = filled.has(tradeKey(trade)) ? 'BACKFILL' : 'POLLING';
    return { kind: 'trade', trade: { ...trade, source } };
  });
}

/** Every token that the timer has watched. */
function mintIn(line: LogLine): string | undefined {
  if (line.kind === 'timer') return line.origin.tokenAddress;
  return line.kind === 'act' ? line.act.change.tokenAddress : undefined;
}

async function tradesOf(
  mints: readonly string[],
  fromMs: number,
  { chain, pools, callsPerSecond, toMs, signal }: AuditChain,
): Promise<readonly FoldedTrade[]> {
  const found = new CollectedTrades();
  const now = { now: () => Date.now(), isSuspect: false, observeBlock: () => undefined };
  const walker = new Backfill({
    ...{ chain, keeping: found, callsPerSecond, onProgress: () => undefined },
    ingest: new IngestService(new ChainObserver(now)),
  });
  for (const mint of mints) {
    for (const address of new Set([mint, ...pools]))
      await walker.walk({ timerId: '', mint, address, fromMs: fromMs + 1, toMs }, signal, true);
  }
  return [...found.trades.values()];
}

/** Where a slot holds trades of several transactions its block tells their order. */
async function inChainOrder(
  trades: readonly FoldedTrade[],
  { chain, signal }: AuditChain,
): Promise<readonly FoldedTrade[]> {
  const signatures = new Map<number, Set<string>>();
  for (const { slot, signature } of trades)
    signatures.set(slot, (signatures.get(slot) ?? new Set()).add(signature));
  const places = new Map<string, number>();
  for (const [slot, some] of signatures) {
    if (some.size < 2) continue;
    for (const [place, signature] of (await chain.blockSignatures(slot, signal)).entries())
      places.set(signature, place);
  }
  return trades
    .map((trade) => ({ ...trade, blockIndex: places.get(trade.signature) ?? null }))
    .sort(compareChainOrder);
}

/** Takes what a walk over the chain finds, and writes nothing. */
class CollectedTrades implements BackfillKeeping {
  readonly trades = new Map<string, FoldedTrade>();

  progress(): Promise<null> {
    return Promise.resolve(null);
  }

  known(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set());
  }

  keep(_walk: Walk, trades: readonly Trade[]): Promise<void> {
    const unfolded = { round: null, movedDeadline: false, isWaiting: false };
    for (const trade of trades) this.trades.set(tradeKey(trade), { ...trade, ...unfolded });
    return Promise.resolve();
  }
}
