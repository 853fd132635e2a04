import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { makeTestFolder, removeTestFolder } from './run-folder';

/** The admin secret of instances under test. */
export const SECRET = 'secret-of-the-end-to-end-tests';

/** An answer of GraphQL over HTTP, read loosely. */
export interface Answer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

/** The state of a timer as subscribers see it. */
export interface SeenTimer {
  readonly status: string;
  readonly round: number;
  readonly epoch: number;
  readonly revision: number;
  readonly deadline: number | null;
  readonly remainingMs: number;
  readonly waitingTrades: number;
  readonly stale: boolean;
  readonly lastTrade: { readonly signature: string; readonly trader: string } | null;
}

/** The fields of `SeenTimer`. */
export const TIMER_FIELDS =
  'status round epoch revision deadline remainingMs waitingTrades stale lastTrade { signature trader }';

/** The built service in a process of its own. */
export class Instance {
  private readonly clients: Client[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** `http://127.0.0.1:<port>` */
    readonly url: string,
    private readonly output: { text: string },
  ) {}

  /** Starts `dist/src/main.js` on a free port. @throws with its output, when it ends instead */
  static async start(environment: Readonly<Record<string, string>>): Promise<Instance> {
    const folder = await makeTestFolder('instance');
    const output = { text: '' };
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/main.js')], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        PORT: '0',
        ADMIN_SECRET: SECRET,
        RATE_LIMITING_ENABLED: 'false',
        ...environment,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
    }
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', () => {
        const found = /Page\s+(http:\/\/[\d.]+:\d+)\//.exec(output.text)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', (code) => reject(new Error(`it ended with ${code ?? 'a signal'}: ${output.text}`)));
    });
    return new Instance(child, folder, url, output);
  }

  /** Everything it wrote to stdout and stderr. */
  get log(): string {
    return this.output.text;
  }

  /** Sends an operation over HTTP. */
  async graphql(query: string, variables: unknown = {}, bearer: string | null = null): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const answer: Answer = JSON.parse(await response.text());
    return answer;
  }

  /** The timer by one query. @throws when there is none */
  async timer(id = 'global'): Promise<SeenTimer> {
    const answer = await this.graphql(`query ($id: ID!) { timer(id: $id) { ${TIMER_FIELDS} } }`, { id });
    const timer: unknown = answer.data?.['timer'];
    if (!isTimer(timer)) throw new Error(`no timer in ${JSON.stringify(answer)}`);
    return timer;
  }

  /** Follows a subscription by a real graphql-ws client, which reconnects by itself. */
  follow<Item>(query: string, field: string, url = this.url): Following<Item> {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 100,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 200)),
      shouldRetry: () => true,
    });
    this.clients.push(client);
    return new Following<Item>(client, query, field);
  }

  /** The timer's states as subscribers get them. */
  followTimer(id = 'global'): Following<SeenTimer> {
    return this.follow(`subscription { timerUpdated(id: "${id}") { ${TIMER_FIELDS} } }`, 'timerUpdated');
  }

  /** Ends the process, and waits until it is gone. @returns its exit code, null after a signal */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', (code) => resolve(code)));
    if (this.hasEnded) return this.child.exitCode;
    this.child.kill(signal);
    return await ended;
  }

  /** Whether the process is gone. */
  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Freezes the process: its connections stay open and nothing is answered. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** Ends `freeze`. */
  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends everything of it; for clean-up. */
  async close(): Promise<void> {
    for (const client of this.clients) await client.dispose();
    await this.end('SIGTERM');
    await removeTestFolder(this.folder);
  }
}

/** What a subscription has delivered so far. */
export class Following<Item> {
  readonly items: Item[] = [];
  readonly errors: unknown[] = [];
  readonly leave: () => void;

  constructor(client: Client, query: string, field: string) {
    this.leave = client.subscribe<Record<string, Item>>(
      { query },
      {
        next: ({ data, errors }) => {
          const item = data?.[field];
          if (item !== undefined) this.items.push(item);
          if (errors !== undefined) this.errors.push(...errors);
        },
        error: (err) => this.errors.push(err),
        complete: () => undefined,
      },
    );
  }

  /** The newest item. */
  get last(): Item | undefined {
    return this.items.at(-1);
  }
}

function isTimer(value: unknown): value is SeenTimer {
  return typeof value === 'object' && value !== null && 'revision' in value;
}
