import { WebSocket } from 'ws';

/** A message of the server, read loosely. */
export interface ServerMessage {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** How a socket ended. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** A socket without any client library above it: what is sent and what comes is in the test's hands. */
export class RawSocket {
  readonly messages: ServerMessage[] = [];
  /** Resolves when it is closed, whoever did it. */
  readonly ended: Promise<Ending>;
  private taken = 0;
  private wake: () => void = () => undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const message: ServerMessage = JSON.parse(data.toString());
      this.messages.push(message);
      this.wake();
    });
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.wake();
      });
    });
  }

  /** Opens a socket. @throws when the handshake is refused */
  static async open(
    host: string,
    options: { protocol?: string | string[]; headers?: Record<string, string> } = {},
  ): Promise<RawSocket> {
    const { protocol = 'graphql-transport-ws', headers = {} } = options;
    const socket = new WebSocket(`ws://${host}/graphql`, protocol, { headers });
    const raw = new RawSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return raw;
  }

  /** The same, after connection_init and its acknowledgement. */
  static async ready(host: string, payload?: unknown): Promise<RawSocket> {
    const raw = await RawSocket.open(host);
    raw.send({ type: 'connection_init', payload });
    const ack = await raw.next();
    if (ack.type !== 'connection_ack') throw new Error(`no acknowledgement but ${JSON.stringify(ack)}`);
    return raw;
  }

  /** Sends an object as JSON, or a text as it is. */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Begins an operation. */
  subscribe(id: string, query: string, more: Record<string, unknown> = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, ...more } });
  }

  /** The next message that was not asked for yet. @throws when the socket ends instead */
  async next(): Promise<ServerMessage> {
    for (;;) {
      const message = this.messages[this.taken];
      if (message !== undefined) {
        this.taken += 1;
        return message;
      }
      if (this.socket.readyState === WebSocket.CLOSED) {
        const { code, reason } = await this.ended;
        throw new Error(`closed with ${code} ${reason}`);
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Reads nothing more, not even pings. */
  pause(): void {
    this.socket.pause();
  }

  /** Ends `pause`. */
  resume(): void {
    this.socket.resume();
  }

  /** Closes it in order. */
  async close(code = 1000): Promise<void> {
    this.resume();
    if (this.socket.readyState < WebSocket.CLOSING) this.socket.close(code);
    await this.ended;
  }

  /** Cuts it off. */
  terminate(): void {
    this.socket.terminate();
  }
}
