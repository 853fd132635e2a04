import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { spread } from '../../platform/drain/spread';
import type { Admission, AdmissionRefusal } from './admission';
import { CloseCode } from './frames';
import { Connection } from './connection';
import type { Endpoint } from './connection';
import type { Operation } from './running-operations';
import type { Operations } from './operations';
import type { OperationPayload } from './read-message';

/** What the endpoint tells and asks. */
export interface EndpointRules {
  readonly operations: Operations;
  /** What a client comes in as, or why it does not. Does not reject. */
  admit(
    params: Readonly<Record<string, unknown>>,
    address: string,
  ): Admission | Promise<Admission | AdmissionRefusal>;
  /** Most connections of one address, now. */
  maxPerAddress(): number;
  dropped(code: CloseCode | 'silent'): void;
}

/** How long what may take; tests shorten it. */
export interface EndpointTimes {
  /** From the handshake to connection_init. */
  readonly initMs: number;
  /** A client is pinged this often; one that is silent until the next ping is cut off. */
  readonly pingMs: number;
  /** From our close frame to the end of the socket. */
  readonly closeMs: number;
}

/** As graphql-ws has them. */
export const PUBLIC_TIMES: EndpointTimes = { initMs: 3_000, pingMs: 12_000, closeMs: 2_000 };

const SWEEPS = 240;
/** How often is looked whether an answer that holds a drain up was given. */
const ANSWERED_LOOK_MS = 25;

function sendAway(connection: Connection): void {
  connection.close(CloseCode.goingAway, 'the instance stops; connect again');
}

/** All connections of this instance: their limits, their time-outs, one ping sweep for all of them. */
export class SocketEndpoint implements Endpoint {
  private readonly connections = new Set<Connection>();
  private readonly perAddress = new Map<string, number>();
  /** In order of opening; since when, monotonic ms. */
  private readonly uninitialised = new Map<Connection, number>();
  private readonly closingTimers = new Map<Connection, NodeJS.Timeout>();
  private readonly sweeper: NodeJS.Timeout;
  private round: IterableIterator<Connection> = this.connections.values();
  /** Pings that are due; a part of one where there are few connections. */
  private due = 0;
  private isStopped = false;
  private whenEmpty: () => void = () => undefined;

  constructor(
    private readonly rules: EndpointRules,
    private readonly times: EndpointTimes = PUBLIC_TIMES,
  ) {
    this.sweeper = setInterval(() => this.sweep(), times.pingMs / SWEEPS);
    this.sweeper.unref();
  }

  get size(): number {
    return this.connections.size;
  }

  /** Bytes that clients have not read yet, of all connections. */
  get bufferedBytes(): number {
    let bytes = 0;
    for (const { socket } of this.connections) bytes += socket.writableLength;
    return bytes;
  }

  /** Whether it takes nobody any more. */
  get isClosed(): boolean {
    return this.isStopped;
  }

  /** Whether one more connection of `address` may come. */
  hasRoomFor(address: string): boolean {
    return (this.perAddress.get(address) ?? 0) < this.rules.maxPerAddress();
  }

  /**
   * Takes a socket whose handshake is done.
   *
   * @param head - what the client sent with it
   * @param requestId - how a proxy in front has named it; null: it did not
   */
  take(socket: Duplex, address: string, head: Buffer, requestId: string | null = null): Connection {
    const connection = new Connection(socket, address, this, requestId);
    this.connections.add(connection);
    this.uninitialised.set(connection, performance.now());
    this.perAddress.set(address, (this.perAddress.get(address) ?? 0) + 1);
    if (head.length > 0) connection.read(head);
    return connection;
  }

  /**
   * Takes nobody any more and sends all away with 1001, spread over `periodMs` so that they do not come back elsewhere all at
   * once. One that waits for the answer to a query or mutation goes as soon as it has it.
   */
  async drain(periodMs: number): Promise<void> {
    this.isStopped = true;
    const answering = new Set<Connection>();
    await spread([...this.connections], periodMs, (connection) => {
      if (connection.isAnswering) answering.add(connection);
      else sendAway(connection);
    });
    while (answering.size > 0 && this.connections.size > 0) {
      for (const connection of answering) {
        if (connection.isAnswering) continue;
        answering.delete(connection);
        sendAway(connection);
      }
      if (answering.size > 0) await delay(ANSWERED_LOOK_MS);
    }
  }

  /** Closes all with 1001; resolves when they are gone. */
  async close(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.sweeper);
    for (const connection of this.connections) sendAway(connection);
    if (this.connections.size === 0) return;
    const kill = setTimeout(() => {
      for (const { socket } of this.connections) socket.destroy();
    }, this.times.closeMs);
    await new Promise<void>((resolve) => {
      this.whenEmpty = resolve;
    });
    clearTimeout(kill);
  }

  admit(
    { address }: Connection,
    params: Readonly<Record<string, unknown>>,
  ): Admission | Promise<Admission | AdmissionRefusal> {
    return this.rules.admit(params, address);
  }

  introduced(connection: Connection): void {
    this.uninitialised.delete(connection);
  }

  begin(connection: Connection, id: string, payload: OperationPayload): Operation {
    return this.rules.operations.begin(connection, id, payload);
  }

  closing(connection: Connection, code: CloseCode): void {
    this.rules.dropped(code);
    // who is slow is given the time of a ping to come to the code
    const { closeMs, pingMs } = this.times;
    const graceMs = code === CloseCode.tooSlow ? Math.max(pingMs, closeMs) : closeMs;
    const timer = setTimeout(() => connection.socket.destroy(), graceMs);
    this.closingTimers.set(connection, timer);
  }

  gone(connection: Connection): void {
    if (!this.connections.delete(connection)) return;
    this.uninitialised.delete(connection);
    clearTimeout(this.closingTimers.get(connection));
    this.closingTimers.delete(connection);
    const left = (this.perAddress.get(connection.address) ?? 1) - 1;
    if (left > 0) this.perAddress.set(connection.address, left);
    else this.perAddress.delete(connection.address);
    if (this.connections.size === 0) this.whenEmpty();
  }

  /** A part of the connections at a time, so that pings come as a trickle; each once in `pingMs`, however few there are. */
  private sweep(): void {
    this.closeUninitialised();
    this.due += this.connections.size / SWEEPS;
    while (this.due >= 1) {
      this.due -= 1;
      const connection = this.nextOfRound();
      if (connection !== null) this.ping(connection);
    }
  }

  private nextOfRound(): Connection | null {
    let step = this.round.next();
    if (step.done === true) {
      this.round = this.connections.values();
      step = this.round.next();
    }
    return step.done === true ? null : step.value;
  }

  private ping(connection: Connection): void {
    // one that is told why it has to go has a time of its own
    if (this.closingTimers.has(connection)) return;
    if (!connection.isQuiet) {
      connection.askForLife();
      return;
    }
    this.rules.dropped('silent');
    connection.socket.destroy();
  }

  private closeUninitialised(): void {
    const openedBefore = performance.now() - this.times.initMs;
    for (const [connection, openedAtMs] of this.uninitialised) {
      if (openedAtMs > openedBefore) return;
      this.uninitialised.delete(connection);
      connection.close(CloseCode.connectionInitTimeout, 'Connection initialisation timeout');
    }
  }
}
