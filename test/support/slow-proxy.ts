import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** How a way is slowed, ms per chunk. */
export interface Delays {
  readonly toServerMs: number;
  readonly toClientMs: number;
}

/** A network between a client and a server of the test: slow, and cut where the test wants it. */
export class SlowProxy implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    /** `http://127.0.0.1:<port>` */
    readonly url: string,
  ) {}

  /** @param target - `host:port` of the server */
  static async start(target: string, delays: Delays): Promise<SlowProxy> {
    const [host = '', port = ''] = target.split(':');
    const server = createServer((near) => proxy.join(near, connect(Number(port), host), delays));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    const proxy = new SlowProxy(server, `http://127.0.0.1:${address.port}`);
    return proxy;
  }

  /** Breaks every connection, and lets none come through until `mend`. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Everything comes through again. */
  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private join(near: Socket, far: Socket, { toServerMs, toClientMs }: Delays): void {
    for (const [socket, other, delayMs] of [
      [near, far, toServerMs],
      [far, near, toClientMs],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('data', (chunk: Buffer) => {
        setTimeout(() => !other.destroyed && other.write(chunk), delayMs);
      });
      socket.on('close', () => {
        this.sockets.delete(socket);
        // what is under way still arrives
        setTimeout(() => other.destroySoon(), delayMs);
      });
      socket.on('error', () => socket.destroy());
    }
    if (this.isCut) near.destroy();
  }
}
