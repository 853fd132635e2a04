import { PostgresReader } from '../platform/postgres/postgres.reader';
import { RedisService } from '../platform/redis/redis.service';
import { chainSourceOf } from '../solana/rpc/chain-source';
import { CreditMeter } from '../solana/rpc/credit-meter';
import { createLog } from '../platform/logging/logger';
import { findChain } from './boot';
import { onServers, readOptions, runCommand } from './command-line';
import { verifyHistory } from './verify-history.command';

const USAGE = `usage: npm run -s verify-history -- --from <time> [--to <time>] [--timer <id>] [--chain] [--rate <calls a second>]

Compares event streams and Postgres over a stretch of time, and with --chain (which costs credits) the chain too.
Times are ISO 8601 with a zone, or dates in UTC; --to is now where it is not given.

exit codes: 0 all is well, 1 something is missing, double or different, or the check failed, 2 asked wrongly`;

async function main(argv: readonly string[]): Promise<number> {
  const known = {
    '--from': 'value',
    '--to': 'value',
    '--timer': 'value',
    '--rate': 'value',
    '--chain': 'flag',
  } as const;
  const options = readOptions(argv, known);
  if (typeof options === 'string') return misuse(options);
  const [fromMs, toMs] = [
    timeOf(options.get('--from')),
    timeOf(options.get('--to') ?? new Date().toISOString()),
  ];
  const callsPerSecond = Number(options.get('--rate') ?? 10);
  if (fromMs === null || toMs === null || toMs <= fromMs)
    return misuse('--from and --to must be times in order');
  if (!(callsPerSecond >= 1 && callsPerSecond <= 100)) return misuse('--rate must be from 1 to 100');
  return await onServers(async (env) => {
    const redis = new RedisService({ url: env.redisUrl?.reveal() ?? '', keyPrefix: env.redisKeyPrefix });
    const reader = new PostgresReader(env.databaseUrl?.reveal() ?? '');
    const chain = options.has('--chain')
      ? await findChain(env, createLog({ level: 'silent', instance: env.instanceId }))
      : null;
    try {
      const source = chain === null ? null : chainSourceOf(chain.target, new CreditMeter());
      const needs = { redis, reader, chain: source, callsPerSecond, signal: new AbortController().signal };
      const reports = await verifyHistory(needs, options.get('--timer') ?? null, { fromMs, toMs });
      for (const report of reports) process.stdout.write(`${JSON.stringify(report)}\n`);
      if (reports.length === 0) process.stderr.write('there is no such timer\n');
      return reports.length > 0 && reports.every(({ findings }) => findings.length === 0) ? 0 : 1;
    } finally {
      await chain?.process?.stop();
      await reader.onApplicationShutdown();
      await redis.onApplicationShutdown();
    }
  });
}

function timeOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

function misuse(sentence: string): number {
  process.stderr.write(`${sentence}\n\n${USAGE}\n`);
  return 2;
}

runCommand(main(process.argv.slice(2)));
