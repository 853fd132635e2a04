import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** How a link is: sound, slow by so many ms each way, cut, or half open (nothing comes through and nobody is told). */
export type LinkState = 'sound' | 'cut' | 'half-open' | { readonly delayMs: number };

/** A network of TCP connections between a client and a server, which can be made slow, cut, half open, or tear an answer. */
export class Link {
  private readonly pairs = new Set<readonly [near: Socket, far: Socket]>();
  private state: LinkState = 'sound';
  private isTearing = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  /** @param target - URL of the server; it must name a port */
  static async to(target: string): Promise<Link> {
    const server = createServer((near) => link.join(near));
    const link = new Link(server, new URL(target));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  /** The server's URL by way of this link. */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the link has no port');
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(address.port);
    return url.href.replace(/\/$/, '');
  }

  /** From now on it is like that. Connections that lost bytes while it was half open break when it is mended. */
  become(state: LinkState): void {
    const hasLostBytes = this.state === 'half-open';
    this.state = state;
    if (state === 'cut' || (hasLostBytes && state !== 'half-open')) this.breakAll();
  }

  /** Breaks the connection of the next answer in the middle of it. */
  tear(): void {
    this.isTearing = true;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.breakAll();
    await closed;
  }

  private breakAll(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => this.pass(chunk, to, from === far));
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.pairs.delete(pair);
        to.destroy();
      });
    }
    if (this.state === 'cut') near.destroy();
  }

  private pass(chunk: Buffer, to: Socket, isAnswer: boolean): void {
    const { state } = this;
    if (state === 'half-open' || to.destroyed) return;
    if (isAnswer && this.isTearing) {
      this.isTearing = false;
      to.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => to.destroy());
    } else if (typeof state === 'object') setTimeout(() => !to.destroyed && to.write(chunk), state.delayMs);
    else to.write(chunk);
  }
}
