import { existsSync } from 'node:fs';
import { parseEnv } from '../config/env';
import { chainTargetOf } from './domain/chain-target';
import { SolanaError } from './domain/solana.errors';
import { inspectCommand } from './inspect.command';
import { chainSourceOf } from './rpc/chain-source';
import { CreditMeter } from './rpc/credit-meter';

/** Reads one transaction from the endpoints that the environment names. */
async function fetchTransaction(signature: string): Promise<unknown> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const target = chainTargetOf(parseEnv(process.env).env);
  if (target === null) {
    throw new SolanaError('SOLANA_RPC_FAILED', { missing: ['SOLANA_RPC_ENDPOINTS or HELIUS_API_KEY'] });
  }
  return chainSourceOf(target, new CreditMeter()).transaction(signature, 'confirmed');
}

async function main(): Promise<void> {
  process.exitCode = await inspectCommand(process.argv.slice(2), {
    fetchTransaction,
    write: (line) => process.stdout.write(`${line}\n`),
    explain: (line) => process.stderr.write(`${line}\n`),
  });
}

void main();
