import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { World } from './world';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built command in a folder, over the servers and the chain of a world. @param name - as in `src/app/<name>.cli.ts` */
export async function runOn(
  world: World,
  folder: string,
  name: string,
  argv: readonly string[],
): Promise<Ended> {
  const child = spawn(process.execPath, [join(process.cwd(), `dist/src/app/${name}.cli.js`), ...argv], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      REDIS_URL: world.redis.url,
      DATABASE_URL: world.postgres.url,
      SOLANA_RPC_ENDPOINTS: world.chain.url,
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
