import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';

/** How a scripted node answers one call. */
export interface Script {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly result?: unknown;
  readonly rpcCode?: number;
  /** Body that is sent as it is. */
  readonly text?: string;
  /** True: no answer at all. */
  readonly hangs?: boolean;
}

/** A JSON-RPC server on loopback that answers what it is told, call after call; the last answer repeats. */
export class ScriptedNode implements AsyncDisposable {
  /** Methods called so far. */
  readonly calls: string[] = [];
  script: Script[] = [{ result: 1 }];
  /** Answers by method, instead, where it is set; others get the script. */
  byMethod: Readonly<Record<string, Script>> = {};

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedNode> {
    const node = new ScriptedNode(createServer());
    node.server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        const { id, method } = callOf(body);
        node.calls.push(method);
        const next =
          node.byMethod[method] ?? (node.script.length > 1 ? node.script.shift() : node.script[0]) ?? {};
        if (next.hangs === true) return;
        const error =
          next.rpcCode === undefined ? {} : { error: { code: next.rpcCode, message: 'scripted' } };
        const answer = next.rpcCode === undefined ? { result: next.result } : error;
        response.writeHead(next.status ?? 200, { 'content-type': 'application/json', ...next.headers });
        response.end(next.text ?? JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
      });
    });
    node.server.listen(0, '127.0.0.1');
    await once(node.server, 'listening');
    return node;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function callOf(body: string): { id: unknown; method: string } {
  const call: unknown = JSON.parse(body);
  if (typeof call !== 'object' || call === null || !('method' in call)) throw new Error('not a call');
  return { id: 'id' in call ? call.id : null, method: String(call.method) };
}
