import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 50;

/** Plain requests all the while, over kept and over fresh connections; every one has to be answered. */
export class Requests {
  asked = 0;
  readonly failures: string[] = [];
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly url: string) {}

  begin(): void {
    this.running = this.run();
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    const open = new Set<Promise<void>>();
    while (!signal.aborted) {
      const asking: Promise<void> = this.ask().finally(() => open.delete(asking));
      open.add(asking);
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(open);
  }

  private async ask(): Promise<void> {
    this.asked += 1;
    const isFresh = this.asked % 2 === 0;
    try {
      const response = isFresh
        ? await fetch(`${this.url}/api/timer`, { headers: { connection: 'close' } })
        : await fetch(`${this.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{"query":"{ timer { revision } }"}',
          });
      await response.arrayBuffer();
      if (!response.ok) this.failures.push(String(response.status));
    } catch (err) {
      this.failures.push(`${isFresh ? 'fresh' : 'kept'}: ${reasonOf(err)}`);
    }
  }
}

function reasonOf(err: unknown): string {
  if (!(err instanceof Error)) return 'unknown';
  return err.cause instanceof Error ? err.cause.message : err.message;
}
