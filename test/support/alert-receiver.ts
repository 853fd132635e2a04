import { once } from 'node:events';
import { createServer } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';

/** One request that the receiver got. */
export interface ReceivedPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** As it was sent. */
  readonly text: string;
  /** What it was answered with; 0: nothing, it is waited for in vain. */
  readonly status: number;
  readonly atMs: number;
}

/** A real local receiver of alerts and webhooks that first answers 500 to each event, as often as it is told. */
export class AlertReceiver implements AsyncDisposable {
  readonly posts: ReceivedPost[] = [];
  /** Answers by this instead, where it is set; 0: not at all. */
  answer: ((post: Omit<ReceivedPost, 'status'>) => number) | null = null;

  private constructor(
    private readonly server: Server,
    /** `http://127.0.0.1:<port>` */
    readonly url: string,
    private readonly failures: number,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.take(request, response);
    });
  }

  /** @param failures - how often each event is answered with 500 first */
  static async start(failures = 2): Promise<AlertReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the receiver has no port');
    return new AlertReceiver(server, `http://127.0.0.1:${address.port}`, failures);
  }

  /** What was taken with 200, in order. */
  get taken(): readonly ReceivedPost[] {
    return this.posts.filter(({ status }) => status === 200);
  }

  /** Texts of what was taken, of one rule if it is given. */
  texts(rule?: string): readonly string[] {
    const texts = this.taken.map(({ body }) => String(body['text']));
    return rule === undefined
      ? texts
      : texts.filter((text) => text.includes(`: ${rule} `) || text.includes(`: ${rule}.`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    const body: Record<string, unknown> = JSON.parse(text);
    const post = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      text,
      atMs: Date.now(),
    };
    const status = this.answer === null ? this.byCount(post) : this.answer(post);
    this.posts.push({ ...post, status });
    if (status === 0) return;
    response.writeHead(status).end(status === 200 ? 'ok' : 'not now');
  }

  private byCount({ path, headers }: Pick<ReceivedPost, 'path' | 'headers'>): number {
    const id = headers['darwin-event-id'];
    const before = this.posts.filter((post) => post.path === path && post.headers['darwin-event-id'] === id);
    return before.length < this.failures ? 500 : 200;
  }
}
