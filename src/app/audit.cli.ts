import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Env } from '../config/env';
import { audit } from '../history/check/audit.command';
import type { Audit } from '../history/check/audit.command';
import { closedLog } from '../history/check/closed-log';
import { readLog } from '../history/check/log.reader';
import { readLogLine } from '../history/check/read-log-line';
import type { LogLine } from '../history/domain/log-lines';
import { PostgresReader } from '../platform/postgres/postgres.reader';
import { createLog } from '../platform/logging/logger';
import { chainSourceOf } from '../solana/rpc/chain-source';
import { CreditMeter } from '../solana/rpc/credit-meter';
import { withTradesOfChain } from './audit.chain';
import type { AuditChain } from './audit.chain';
import { findChain } from './boot';
import { onServers, readOptions, runCommand } from './command-line';

const USAGE = `usage: npm run -s audit -- --timer <id> [--round <n>] [--file <export> | --chain [--rate <calls a second>]]

Folds all trades and acts of a timer again and compares the ends of its rounds with what was recorded.
--file takes what GET /api/history/audit.ndjson?timerId=<id> gave, and needs no server. --chain takes the trades from the
chain instead of those that were recorded, which costs credits.

exit codes: 0 all is as recorded, 1 something differs or failed, 2 asked wrongly`;

const LINES_AT_ONCE = 1_000;

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, {
    ...({ '--timer': 'value', '--round': 'value', '--file': 'value' } as const),
    ...({ '--chain': 'flag', '--rate': 'value' } as const),
  });
  if (typeof options === 'string') return misuse(options);
  const [timerId, file, round] = [options.get('--timer'), options.get('--file'), options.get('--round')];
  if (round !== undefined && !/^[1-9]\d{0,8}$/.test(round)) return misuse('--round must be a number from 1');
  const asked = round === undefined ? null : Number(round);
  if (file !== undefined) return report(await audit(closedLog(linesIn(file)), asked), timerId, asked);
  if (timerId === undefined) return misuse('--timer is needed');
  const callsPerSecond = Number(options.get('--rate') ?? 10);
  if (!(callsPerSecond >= 1 && callsPerSecond <= 100)) return misuse('--rate must be from 1 to 100');
  return await onServers(async (env) => {
    const reader = new PostgresReader((env.databaseReadUrl ?? env.databaseUrl)?.reveal() ?? '');
    try {
      const { signal } = new AbortController();
      const lines = readLog(reader, timerId, signal);
      if (!options.has('--chain')) return report(await audit(lines, asked), timerId, asked);
      const pools = await poolsOf(reader, timerId);
      const needs = { pools, callsPerSecond, toMs: Date.now(), signal };
      return report(await auditChain(env, lines, needs, asked), timerId, asked);
    } finally {
      await reader.onApplicationShutdown();
    }
  });
}

async function auditChain(
  env: Env,
  lines: AsyncIterable<readonly LogLine[]>,
  needs: Omit<AuditChain, 'chain'>,
  round: number | null,
): Promise<Audit | null> {
  const { target, process: started } = await findChain(
    env,
    createLog({ level: 'silent', instance: env.instanceId }),
  );
  try {
    const chain = chainSourceOf(target, new CreditMeter());
    return await audit(withTradesOfChain(lines, { ...needs, chain }), round);
  } finally {
    await started?.stop();
  }
}

async function poolsOf(reader: PostgresReader, timerId: string): Promise<readonly string[]> {
  const rows = await reader.query<{ address: string }>(
    `select jsonb_array_elements_text(state -> 'pools') as address from timers where id = $1`,
    [timerId],
  );
  return rows.map(({ address }) => address);
}

async function* linesIn(file: string): AsyncGenerator<readonly LogLine[]> {
  let some: LogLine[] = [];
  for await (const text of createInterface({ input: createReadStream(file) })) {
    if (text !== '') some.push(readLogLine(text));
    if (some.length < LINES_AT_ONCE) continue;
    yield some;
    some = [];
  }
  yield some;
}

function report(found: Audit | null, timerId: string | undefined, round: number | null): number {
  if (found === null || (timerId !== undefined && found.timerId !== timerId)) {
    process.stderr.write(`there is no timer ${timerId ?? ''} in it\n`);
    return 1;
  }
  if (round !== null && found.rounds === 0 && found.differences.length === 0) {
    const isOpen = found.open.round === round && found.open.phase !== 'EXPIRED';
    process.stderr.write(isOpen ? `round ${round} has not ended\n` : `there is no such round: ${round}\n`);
    return 1;
  }
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  return found.differences.length === 0 ? 0 : 1;
}

function misuse(sentence: string): number {
  process.stderr.write(`${sentence}\n\n${USAGE}\n`);
  return 2;
}

runCommand(main(process.argv.slice(2)));
