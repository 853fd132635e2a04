import type { Finding, VerifyRange } from '../history/check/verify';
import type { PostgresReader } from '../platform/postgres/postgres.reader';
import { Backfill } from '../solana/backfill';
import { ChainObserver } from '../solana/chain-observer';
import type { ChainSource } from '../solana/chain-reader';
import type { BackfillKeeping, Walk } from '../solana/domain/backfill';
import { IngestService } from '../solana/ingest.service';
import { tradeKey } from '../timer/domain/trade';
import type { Trade } from '../timer/domain/trade';

interface TimerRow {
  readonly mint: string;
  readonly pools: readonly string[] | null;
}

/** What a comparison with the chain works with. */
export interface ChainNeeds {
  readonly reader: PostgresReader;
  readonly chain: ChainSource;
  readonly callsPerSecond: number;
  readonly signal: AbortSignal;
}

/**
 * Reads the chain over a stretch of time, as far as it is final, and compares it with the trades of a timer's present
 * token, both ways.
 *
 * @throws SolanaError where the chain cannot be read, and the driver's error
 */
export async function verifyChain(
  { reader, chain, signal, callsPerSecond }: ChainNeeds,
  timerId: string,
  range: VerifyRange,
): Promise<{ trades: number; findings: Finding[] }> {
  const sql = `select state -> 'current' ->> 'tokenAddress' as mint, state -> 'pools' as pools from timers where id = $1`;
  const [timer] = await reader.query<TimerRow>(sql, [timerId]);
  if (timer === undefined) return { trades: 0, findings: [] };
  const finalSlot = await chain.slot('finalized', signal);
  const comparing = new ComparedTrades(reader, timerId);
  const now = { now: () => Date.now(), isSuspect: false, observeBlock: () => undefined };
  const walker = new Backfill({
    chain,
    ingest: new IngestService(new ChainObserver(now)),
    keeping: comparing,
    callsPerSecond,
    onProgress: () => undefined,
  });
  for (const address of [timer.mint, ...(timer.pools ?? [])]) {
    const { missing } = await walker.walk({ timerId, mint: timer.mint, address, ...range }, signal, true);
    if (missing > 0) comparing.findings.push(unreadable(`${missing} transactions of ${address}`));
  }
  const unseen = await comparing.unseen(timer.mint, range, finalSlot);
  for (const { key, signature } of unseen) {
    // an address that is not watched any more may have brought it
    if ((await chain.transaction(signature, 'finalized', signal)) !== null) continue;
    comparing.findings.push({ kind: 'unknown', against: 'chain', identity: `${timerId} ${key}` });
  }
  return { trades: comparing.seen.size, findings: comparing.findings };
}

function unreadable(identity: string): Finding {
  return { kind: 'unreadable', against: 'chain', identity };
}

interface StoredRow {
  readonly key: string;
  readonly facts: string;
}

/** Takes what a walk over the chain finds, and writes nothing: it compares. */
class ComparedTrades implements BackfillKeeping {
  readonly findings: Finding[] = [];
  readonly seen = new Set<string>();

  constructor(
    private readonly reader: PostgresReader,
    private readonly timerId: string,
  ) {}

  /** Trades of a mint that history holds, that should be final, and that the walks have not come across. */
  async unseen(
    mint: string,
    { fromMs, toMs }: VerifyRange,
    finalSlot: number,
  ): Promise<readonly { key: string; signature: string }[]> {
    const rows = await this.reader.query<{ key: string; signature: string }>(
      `select signature || ':' || index as key, signature from trades
       where timer_id = $1 and block_time >= $2 and block_time < $3 and mint = $4 and slot <= $5`,
      [this.timerId, new Date(fromMs), new Date(toMs), mint, finalSlot],
    );
    return rows.filter(({ key }) => !this.seen.has(key));
  }

  progress(): Promise<null> {
    return Promise.resolve(null);
  }

  known(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set());
  }

  async keep(_walk: Walk, trades: readonly Trade[]): Promise<void> {
    const fresh = trades.filter((trade) => !this.seen.has(tradeKey(trade)));
    for (const trade of fresh) this.seen.add(tradeKey(trade));
    if (fresh.length === 0) return;
    const rows = await this.reader.query<StoredRow>(
      `select t.signature || ':' || t.index as key,
         concat_ws(' ', t.slot, (extract(epoch from t.block_time) * 1000)::bigint, t.side, t.amount_raw, t.trader) as facts
       from trade_keys k join trades t on t.timer_id = k.timer_id and t.block_time = k.block_time
         and t.signature = k.signature and t.index = k.index
       where k.timer_id = $1 and k.signature = any($2)`,
      [this.timerId, fresh.map(({ signature }) => signature)],
    );
    const factsOf = new Map(rows.map(({ key, facts }) => [key, facts]));
    for (const trade of fresh) {
      const { slot, blockTimeMs, side, amountRaw, trader } = trade;
      const facts = factsOf.get(tradeKey(trade));
      const expected = [slot, blockTimeMs, side, amountRaw, trader].join(' ');
      if (facts === expected) continue;
      const kind = facts === undefined ? 'missing' : 'different';
      this.findings.push({ kind, against: 'chain', identity: `${this.timerId} ${tradeKey(trade)}` });
    }
  }
}
