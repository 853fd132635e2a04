import { parseArgs } from 'node:util';
import { startDemoChain } from './demo-chain';
import { DemoError } from './demo.errors';

/**
 * The demo chain as a process of its own: `--port`, `--data-dir` (default .data/demo), `--mint`, `--seed`, `--silent`.
 *
 * It prints one JSON line `{ url, mint, sentence }` when it listens, and ends on SIGINT and SIGTERM.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'data-dir': { type: 'string', default: '.data/demo' },
      mint: { type: 'string' },
      seed: { type: 'string' },
      silent: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new DemoError('DEMO_OPTION_INVALID', { option: 'port' });
  const demo = await startDemoChain({
    dataDir: values['data-dir'],
    port,
    autoplay: !values.silent,
    ...(values.mint === undefined ? {} : { mint: values.mint }),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
  });
  process.stdout.write(
    `${JSON.stringify({ url: demo.url, mint: demo.mint, sentence: demo.status().sentence })}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void demo.close().catch(fail));
}

function fail(error: unknown): void {
  const context = error instanceof DemoError ? ` ${JSON.stringify(error.context)}` : '';
  process.stderr.write(
    `the demo chain stopped: ${error instanceof Error ? error.message : 'unknown error'}${context}\n`,
  );
  process.exitCode = 1;
}

main().catch(fail);
