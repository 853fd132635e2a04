import { existsSync } from 'node:fs';
import { readOptions, runCommand } from './command-line';
import { verifyDeploy } from './verify-deploy.command';

const USAGE = `usage: npm run -s verify-deploy -- --url https://<public name> [--instance http://<host>:<port>,…] [--skip <check>,<check>]

Looks at a running deployment as viewers and administrators see it; ADMIN_SECRET of the environment (or .env) opens what
only administrators see. It changes nothing; in webhook mode it asks Helius once, for 100 credits.

exit codes: 0 all is well (warnings included), 1 a check failed, 2 asked wrongly`;

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(joined(argv), { '--url': 'value', '--instance': 'value', '--skip': 'value' });
  if (typeof options === 'string') return misuse(options);
  const url = options.get('--url') ?? '';
  const instances = listOf(options.get('--instance'));
  if (![url, ...instances].every((one) => URL.canParse(one)))
    return misuse('--url and --instance must be URLs');
  if (existsSync('.env')) process.loadEnvFile('.env');
  const secret = process.env['ADMIN_SECRET']?.split(',')[0] ?? '';
  const world = {
    url: new URL(url).origin,
    instances: instances.map((one) => new URL(one).origin),
    adminSecret: secret === '' ? null : secret,
    authorities: null,
  };
  return await verifyDeploy(world, listOf(options.get('--skip')), (line) =>
    process.stdout.write(`${line}\n`),
  );
}

/** `--instance a --instance b` is the same as `--instance a,b`. */
function joined(argv: readonly string[]): string[] {
  const isInstance = (at: number): boolean => argv[at - 1] === '--instance';
  const instances = argv.filter((_, at) => isInstance(at));
  const rest = argv.filter((word, at) => !isInstance(at) && !(word === '--instance' && at + 1 < argv.length));
  return instances.length > 0 ? [...rest, '--instance', instances.join(',')] : rest;
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((part) => part !== '');
}

function misuse(sentence: string): number {
  process.stderr.write(`${sentence}\n\n${USAGE}\n`);
  return 2;
}

runCommand(main(process.argv.slice(2)));
