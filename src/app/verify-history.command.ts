import type { Finding, VerifyRange } from '../history/check/verify';
import { verifyRows, verifyStream } from '../history/check/verify';
import { listStreams } from '../history/timer.streams';
import type { PostgresReader } from '../platform/postgres/postgres.reader';
import type { RedisService } from '../platform/redis/redis.service';
import type { ChainSource } from '../solana/chain-reader';
import { verifyChain } from './verify-history.chain';

/** What a command works with. */
export interface VerifyNeeds {
  readonly redis: RedisService;
  readonly reader: PostgresReader;
  /** Null: the chain is not asked. */
  readonly chain: ChainSource | null;
  readonly callsPerSecond: number;
  readonly signal: AbortSignal;
}

/** What was found out about one timer. */
export interface VerifyReport {
  readonly timerId: string;
  readonly entries: number;
  readonly waiting: number;
  /** Trades that the chain holds; null where it was not asked. */
  readonly chainTrades: number | null;
  readonly findings: readonly Finding[];
}

/** Compares stream, Postgres and, if asked, the chain over a stretch of time, timer by timer. */
export async function verifyHistory(
  needs: VerifyNeeds,
  timerId: string | null,
  range: VerifyRange,
): Promise<VerifyReport[]> {
  const { redis, reader } = needs;
  const streams = await listStreams(redis.commands, redis.keyPrefix);
  const reports: VerifyReport[] = [];
  for (const stream of streams.filter((one) => timerId === null || one.timerId === timerId)) {
    const { entries, waiting, findings } = await verifyStream(redis.commands, reader, stream, range);
    const inside = await verifyRows(reader, stream.timerId, range);
    const { chain: source, ...others } = needs;
    const chain =
      source === null ? null : await verifyChain({ ...others, chain: source }, stream.timerId, range);
    reports.push({
      timerId: stream.timerId,
      ...{ entries, waiting, chainTrades: chain?.trades ?? null },
      findings: [...findings, ...inside, ...(chain?.findings ?? [])],
    });
  }
  return reports;
}
