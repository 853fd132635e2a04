import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { blockTimeSecOf, producedAtOrBelow, slotAt } from '../../src/demo/slots';
import { eventually } from './eventually';
import { makeTestFolder, removeTestFolder } from './run-folder';

/** A transaction that the demo chain holds. */
export interface Placed {
  readonly entry: string;
  readonly expected: 'buy' | 'sell' | 'none';
  readonly signature: string;
  readonly slot: number;
  /** Whole epoch seconds. */
  readonly blockTime: number;
}

/** What is placed; see `POST /demo/transactions`. */
export type Placing = { readonly counting: boolean } & Partial<{
  slot: number;
  blockTime: number;
  signature: string;
  lateIndexSlots: number;
}>;

/**
 * Waits until new blocks of demo chains are from after this moment. Block times are whole seconds, cut off: what is
 * placed in the second in which a timer is made is from before its making, and does not count.
 */
export async function blocksPass(atMs: number): Promise<void> {
  await eventually(
    () => blockTimeSecOf(producedAtOrBelow(slotAt(Date.now()))) * 1000,
    (blockTimeMs) => blockTimeMs > atMs,
  );
}

/** A demo chain in a process of its own, under the test's control. */
export class DemoControl {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** Starts a chain; it plays nothing until `behave({ silent: false })` unless `isPlaying`. */
  static async start(isPlaying = false): Promise<DemoControl> {
    const folder = await makeTestFolder('demo');
    const program = join(process.cwd(), 'dist/src/demo/main.js');
    const child = spawn(
      process.execPath,
      [program, '--data-dir', folder, ...(isPlaying ? [] : ['--silent'])],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const found = /"url":"([^"]+)"/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', (code) =>
        reject(new Error(`the demo chain ended with ${code ?? 'a signal'}: ${text}`)),
      );
    });
    return new DemoControl(child, folder, url);
  }

  /** Makes the chain misbehave, or behave again. */
  async behave(behaviour: Record<string, unknown>): Promise<void> {
    await this.post('/demo/behave', behaviour);
  }

  /** Places a transaction now, or where it is told. */
  async place(placing: Placing): Promise<Placed> {
    const placed: Placed = JSON.parse(await this.post('/demo/transactions', placing));
    return placed;
  }

  /** @see blocksPass */
  async passes(atMs: number): Promise<void> {
    await blocksPass(atMs);
  }

  /** The result of a JSON-RPC call to its node. */
  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    const answer: { result?: unknown } = JSON.parse(
      await this.post('/', { jsonrpc: '2.0', id: 1, method, params }),
    );
    return answer.result;
  }

  /** Everything that the chain holds, oldest first. */
  async transactions(): Promise<readonly Placed[]> {
    const response = await fetch(new URL('/demo/transactions', this.url));
    const body: { transactions?: readonly Placed[] } | readonly Placed[] = JSON.parse(await response.text());
    return 'transactions' in body ? (body.transactions ?? []) : isList(body) ? body : [];
  }

  /** Its process stands still: calls are taken and never answered, until `thaw`. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** It goes on. */
  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends the chain and removes its data. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null) {
      this.thaw();
      this.child.kill('SIGTERM');
      await ended;
    }
    await removeTestFolder(this.folder);
  }

  private async post(path: string, body: unknown): Promise<string> {
    const response = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  }
}

function isList(body: unknown): body is readonly Placed[] {
  return Array.isArray(body);
}
