import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { readOptions, runCommand } from './command-line';
import { preflight } from './preflight.command';

const USAGE = `usage: npm run -s preflight -- --url https://<public name> [--skip <check>,<check>]

Checks what a deployment needs before it is started, by the variables of the environment (or .env) as production reads
them: servers, chain, secrets, TLS, monitoring, backup. It changes nothing, and costs about ten credits.

exit codes: 0 all is well (warnings included), 1 a check failed, 2 asked wrongly`;

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, { '--url': 'value', '--skip': 'value' });
  const url = typeof options === 'string' ? null : (options.get('--url') ?? null);
  if (typeof options === 'string' || (url !== null && !URL.canParse(url))) {
    process.stderr.write(`${typeof options === 'string' ? options : '--url must be a URL'}\n\n${USAGE}\n`);
    return 2;
  }
  Logger.overrideLogger(false);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const world = {
    source: process.env,
    url,
    heliusRpcUrl: 'https://mainnet.helius-rpc.com/',
    authorities: null,
  };
  const skip = (options.get('--skip') ?? '').split(',').filter((name) => name !== '');
  return await preflight(world, skip, (line) => process.stdout.write(`${line}\n`));
}

runCommand(main(process.argv.slice(2)));
