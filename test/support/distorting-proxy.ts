import { once } from 'node:events';
import { createServer, request as requestFrom } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { text as readText } from 'node:stream/consumers';

/** What a proxy answers in place of the service. */
export interface Distortion {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** Sees each request with its body; null lets it pass. */
export type Distort = (request: {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}) => Distortion | null;

/** A load balancer on loopback in front of one instance, which can be told to answer wrongly. */
export class DistortingProxy implements AsyncDisposable {
  /** Answers by this where it is set. */
  distort: Distort | null = null;
  /** Whether sockets are let through. */
  hasSockets = true;
  /** Whether streams are held back until they end. */
  isBuffering = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('request', (request, response) => void this.pass(request, response));
    server.on('upgrade', (request, socket) => this.upgrade(request, socket));
    server.on('connection', (socket) => this.keep(socket));
  }

  /** @param target - `http://127.0.0.1:<port>` */
  static async start(target: string): Promise<DistortingProxy> {
    const server = createServer();
    const proxy = new DistortingProxy(server, new URL(target));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Lets everything pass again. */
  mend(): void {
    this.distort = null;
    this.hasSockets = true;
    this.isBuffering = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    const { method = 'GET', url: path = '/' } = request;
    const distortion = this.distort?.({ method, path, body }) ?? null;
    if (distortion !== null) {
      response.writeHead(distortion.status ?? 200, { 'content-type': distortion.type ?? 'application/json' });
      response.end(distortion.body);
      return;
    }
    const { hostname, port } = this.target;
    const onward = requestFrom({ hostname, port, method, path, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!this.isBuffering || !path.startsWith('/api/timer/stream')) answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  }

  private upgrade(request: IncomingMessage, client: Duplex): void {
    if (!this.hasSockets) {
      client.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
      return;
    }
    const onward = connect(Number(this.target.port), this.target.hostname);
    this.keep(onward);
    const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
    onward.write(`GET ${request.url ?? '/'} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    onward.pipe(client);
    client.pipe(onward);
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
