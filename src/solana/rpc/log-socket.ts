import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { RpcEndpoint } from '../domain/chain-target';
import { readSocketMessage } from './read-socket-message';
import type { LogNotice } from './read-socket-message';

/** How a connection is watched, in ms. */
export interface SocketPace {
  /** Slots come every 0.4 s: after this long without any message the connection is taken for dead. */
  readonly silenceMs: number;
  /** Providers close what has been idle for ten minutes. */
  readonly pingMs: number;
  /** From connecting to the answer to the last subscription. */
  readonly openMs: number;
}

/** The pace of production. */
export const SOCKET_PACE: SocketPace = { silenceMs: 15_000, pingMs: 30_000, openMs: 10_000 };

/** What a connection tells. */
export interface SocketEars {
  /** A transaction that names an address; sent at `confirmed`. */
  readonly onNotice: (address: string, notice: LogNotice) => void;
  /** Bytes that were received. */
  readonly onBytes: (bytes: number) => void;
}

interface Subscribing {
  readonly address: string | null;
  readonly resolve: () => void;
}

/**
 * One WebSocket connection to an endpoint with a `logsSubscribe` for each address, and the slots as heartbeat. It never
 * reconnects: when it breaks, `closed` tells why, and the owner opens another and reads what lies between.
 */
export class LogSocket {
  /** Resolves with the reason once the connection is gone; never rejects. */
  readonly closed: Promise<string>;
  private readonly socket: WebSocket;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly asked = new Map<number, Subscribing>();
  private readonly subscriptions = new Map<string, number>();
  private readonly addresses = new Map<number, string>();
  private heardAtMs = performance.now();
  private lastId = 0;
  private reason: string | null = null;

  /** @param endpoint - its HTTP URL serves WebSocket, too */
  constructor(
    endpoint: RpcEndpoint,
    private readonly ears: SocketEars,
    private readonly pace: SocketPace = SOCKET_PACE,
  ) {
    this.socket = new WebSocket(socketUrlOf(endpoint.url.reveal()), {
      handshakeTimeout: pace.openMs,
      maxPayload: 4_000_000,
      followRedirects: false,
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code) => {
        for (const timer of this.timers) clearInterval(timer);
        for (const { resolve: settle } of this.asked.values()) settle();
        this.reason ??= `closed with ${code}`;
        resolve(this.reason);
      });
    });
    // its message may hold the URL; the close that follows tells enough
    this.socket.on(
      'error',
      (err: Error) => (this.reason ??= 'code' in err ? String(err.code) : 'handshake refused'),
    );
    this.socket.on('message', (data) => this.hear(data));
    this.timers.push(setInterval(() => this.watch(), Math.min(1_000, pace.silenceMs / 4)));
    this.timers.push(setInterval(() => this.ping(), pace.pingMs));
  }

  /** Whether it is gone. */
  get isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED || this.socket.readyState === WebSocket.CLOSING;
  }

  /** Connects and subscribes to all of it. @returns false where that did not succeed; it is closed then */
  async open(addresses: readonly string[]): Promise<boolean> {
    const late = setTimeout(() => this.close('did not answer in time'), this.pace.openMs);
    this.timers.push(late);
    // it may have connected while the addresses were looked up
    if (this.socket.readyState === WebSocket.CONNECTING)
      await Promise.race([new Promise((resolve) => this.socket.once('open', resolve)), this.closed]);
    if (!this.isClosed) await this.ask('slotSubscribe', [], null);
    await this.follow(addresses);
    clearTimeout(late);
    return !this.isClosed;
  }

  /** Follows exactly these addresses from now on. */
  async follow(addresses: readonly string[]): Promise<void> {
    const wanted = new Set(addresses);
    for (const [address, subscription] of this.subscriptions) {
      if (wanted.has(address)) continue;
      this.subscriptions.delete(address);
      this.addresses.delete(subscription);
      this.send('logsUnsubscribe', [subscription]);
    }
    const fresh = addresses.filter((address) => !this.subscriptions.has(address));
    await Promise.all(
      fresh.map((address) =>
        this.ask('logsSubscribe', [{ mentions: [address] }, { commitment: 'confirmed' }], address),
      ),
    );
  }

  /** Ends it at once. */
  close(reason: string): void {
    this.reason ??= reason;
    this.socket.terminate();
  }

  private async ask(method: string, params: readonly unknown[], address: string | null): Promise<void> {
    if (this.isClosed) return;
    await new Promise<void>((resolve) => {
      this.asked.set(this.send(method, params), { address, resolve });
    });
  }

  private send(method: string, params: readonly unknown[]): number {
    this.lastId += 1;
    if (!this.isClosed) this.socket.send(JSON.stringify({ jsonrpc: '2.0', id: this.lastId, method, params }));
    return this.lastId;
  }

  private hear(data: RawData): void {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    this.ears.onBytes(text.length);
    this.heardAtMs = performance.now();
    const message = readSocketMessage(text);
    if (message?.kind === 'answer') this.answered(message.id, message.result);
    else if (message?.kind === 'logs') {
      const address = this.addresses.get(message.subscription);
      if (address !== undefined) this.ears.onNotice(address, message.notice);
    }
  }

  private answered(id: number, result: unknown): void {
    const asking = this.asked.get(id);
    if (asking === undefined) return;
    this.asked.delete(id);
    if (typeof result !== 'number') this.close('refused a subscription');
    else if (asking.address !== null) {
      this.subscriptions.set(asking.address, result);
      this.addresses.set(result, asking.address);
    }
    asking.resolve();
  }

  private watch(): void {
    if (performance.now() - this.heardAtMs > this.pace.silenceMs) this.close('fell silent');
  }

  private ping(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }
}

/** The address of an endpoint's WebSocket: the same host, port and path, as providers have it. */
export function socketUrlOf(httpUrl: string): string {
  const url = new URL(httpUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
