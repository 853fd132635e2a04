import type { Duplex } from 'node:stream';
import { onFlushed } from '../../platform/fan-out/member';
import { newRequestId } from '../../platform/logging/request-id';
import { bytesOf, CloseCode, closeFrame, controlFrame, Opcode, textFrame } from './frames';
import { FrameProblem, FrameReader } from './frame.reader';
import type { FrameEvents } from './frame.reader';
import { MessageProblem, readMessage } from './read-message';
import { RunningOperations } from './running-operations';
import type { Operation } from './running-operations';
import type { Admission, AdmissionRefusal } from './admission';
import type { ClientMessage, OperationPayload } from './read-message';

/** What a connection needs from the endpoint it belongs to. */
export interface Endpoint {
  /** Whether a client with these parameters may come in, and as what. Does not reject. */
  admit(
    connection: Connection,
    params: Readonly<Record<string, unknown>>,
  ): Admission | Promise<Admission | AdmissionRefusal>;
  /** Begins an operation; answers come by the connection's own methods, later. */
  begin(connection: Connection, id: string, payload: OperationPayload): Operation;
  /** The connection has said who it is. */
  introduced(connection: Connection): void;
  /** We closed it. */
  closing(connection: Connection, code: CloseCode): void;
  /** Nothing can be sent any more. */
  gone(connection: Connection): void;
}

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_MESSAGES_PER_SECOND = 100;
/** Answers that a client has not read; what is shared never waits here. */
const MAX_UNREAD_BYTES = 256 * 1024;
/** Codes that no frame may hold. @see RFC 6455, 7.4.1 */
const UNSPEAKABLE: ReadonlySet<number> = new Set([1004, 1005, 1006, 1015]);
const NO_PARAMS: Readonly<Record<string, unknown>> = Object.freeze({});
const ACK = textFrame('{"type":"connection_ack"}');

/** One client of graphql-transport-ws, on a raw socket whose handshake is done. */
export class Connection implements FrameEvents {
  /** Nothing was heard since the last ping. */
  isQuiet = false;
  /** What it was let in as; null before connection_init is acknowledged. */
  admission: Admission | null = null;
  private isIntroduced = false;
  private unwatch: (() => void) | null = null;
  private readonly operations = new RunningOperations();
  private isClosed = false;
  private second = 0;
  private messages = 0;
  private readonly reader = new FrameReader(MAX_MESSAGE_BYTES);

  constructor(
    readonly socket: Duplex,
    readonly address: string,
    private readonly endpoint: Endpoint,
    private givenId: string | null = null,
  ) {
    // the same for all, since ten thousand connections have them
    Reflect.set(socket, CONNECTION, this);
    socket.on('data', readOn);
    socket.on('close', goneToo);
    socket.on('end', endToo);
    socket.on('error', destroy);
  }

  /** Names it in logs: as its upgrade was named, or anew when it is first wanted. */
  get requestId(): string {
    return (this.givenId ??= newRequestId());
  }

  /** Operations that run now. */
  get operationCount(): number {
    return this.operations.size;
  }

  /** Whether a query or mutation runs whose answer is owed. */
  get isAnswering(): boolean {
    return !this.isClosed && this.operations.areAnswering;
  }

  /** Reads what has arrived. */
  read(piece: Buffer): void {
    this.isQuiet = false;
    if (this.isClosed) return;
    try {
      this.reader.read(piece, this);
    } catch (err) {
      if (err instanceof FrameProblem) this.close(err.code, err.message);
      else this.close(CloseCode.internalError, 'Internal server error');
    }
  }

  text(text: string): void {
    if (this.isClosed || this.isFlooding()) return;
    try {
      this.hear(readMessage(text));
    } catch (err) {
      if (!(err instanceof MessageProblem)) throw err;
      this.close(CloseCode.badRequest, err.message);
    }
  }

  ping(payload: Buffer): void {
    if (!this.isFlooding()) this.write(controlFrame(Opcode.pong, payload.toString('latin1')));
  }

  pong(): void {
    this.isFlooding();
  }

  closed(code: number | null): void {
    const isSpeakable = code === null || (code >= 1000 && code < 5000 && !UNSPEAKABLE.has(code));
    this.finish(isSpeakable ? (code ?? CloseCode.normal) : CloseCode.protocolError, '');
  }

  /** Ends everything and says why; the client has a moment to read it. Safe to repeat. */
  close(code: CloseCode, reason: string): void {
    if (this.finish(code, reason)) this.endpoint.closing(this, code);
  }

  /** Asks for a sign of life. */
  askForLife(): void {
    this.isQuiet = true;
    if (!this.isClosed && this.socket.writableLength === 0)
      this.socket.write(controlFrame(Opcode.ping), 'latin1');
  }

  /** Sends a message of ours, unless `id` was left meanwhile. @see answers.ts */
  answer(id: string, tail: string): void {
    if (this.operations.has(id)) this.write(textFrame(bytesOf(`{"id":${JSON.stringify(id)}`) + tail));
  }

  /** The operation is over; its id may be used again. */
  forget(id: string): void {
    this.operations.take(id);
  }

  /** Waits until everything written has left the process, or the socket is gone. */
  async flushed(): Promise<void> {
    if (this.socket.destroyed || this.socket.writableLength === 0) return;
    await new Promise<void>((resolve) => onFlushed(this.socket, () => resolve()));
  }

  /** Writes whole frames, one character per byte. */
  write(frames: string): void {
    if (this.isClosed) return;
    this.socket.write(frames, 'latin1');
    if (this.socket.writableLength > MAX_UNREAD_BYTES)
      this.close(CloseCode.tooSlow, 'too many unread answers; read them, then ask again');
  }

  private say(message: string): void {
    this.write(textFrame(bytesOf(message)));
  }

  private hear(message: ClientMessage): void {
    switch (message.type) {
      case 'connection_init':
        this.init(message.payload ?? NO_PARAMS);
        return;
      case 'ping':
        this.say(JSON.stringify({ type: 'pong', payload: message.payload }));
        return;
      case 'pong':
        return;
      case 'subscribe':
        this.subscribe(message.id, message.payload);
        return;
      case 'complete':
        this.operations.take(message.id)?.leave();
    }
  }

  private init(params: Readonly<Record<string, unknown>>): void {
    if (this.isIntroduced) {
      this.close(CloseCode.tooManyInitRequests, 'Too many initialisation requests');
      return;
    }
    this.isIntroduced = true;
    this.endpoint.introduced(this);
    const outcome = this.endpoint.admit(this, params);
    if (outcome instanceof Promise) void outcome.then((late) => this.settle(late));
    else this.settle(outcome);
  }

  private settle(outcome: Admission | AdmissionRefusal): void {
    if (this.isClosed) return;
    if ('code' in outcome) {
      this.close(outcome.code, outcome.reason);
      return;
    }
    this.admission = outcome;
    this.unwatch = outcome.watch(() => {
      this.close(CloseCode.forbidden, 'Forbidden: the key or session has ended');
    });
    this.write(ACK);
  }

  private subscribe(id: string, payload: OperationPayload): void {
    if (this.admission === null) {
      this.close(CloseCode.unauthorized, 'Unauthorized');
      return;
    }
    if (this.operations.has(id)) {
      this.close(CloseCode.subscriberAlreadyExists, `Subscriber for ${id} already exists`);
      return;
    }
    this.operations.put(id, NOTHING_YET);
    const operation = this.endpoint.begin(this, id, payload);
    // it may have ended within `begin`
    if (this.operations.has(id)) this.operations.put(id, operation);
  }

  private isFlooding(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) this.messages = 0;
    this.second = second;
    this.messages += 1;
    if (this.messages <= MAX_MESSAGES_PER_SECOND) return false;
    this.close(CloseCode.policyViolation, `more than ${MAX_MESSAGES_PER_SECOND} messages in a second`);
    return true;
  }

  private finish(code: number, reason: string): boolean {
    if (this.isClosed) return false;
    this.isClosed = true;
    this.leaveAll();
    this.socket.write(closeFrame(code, reason), 'latin1');
    // the other half stays open until the client has seen the code
    this.socket.end();
    return true;
  }

  private leaveAll(): void {
    for (const operation of this.operations.takeAll()) operation.leave();
  }

  /** The socket is closed. */
  gone(): void {
    this.leaveAll();
    this.unwatch?.();
    this.isClosed = true;
    this.endpoint.gone(this);
  }
}

/** On a socket: the connection that it belongs to. */
const CONNECTION = Symbol('connection');

function connectionOf(socket: Duplex): Connection | null {
  const known: unknown = Reflect.get(socket, CONNECTION);
  return known instanceof Connection ? known : null;
}

function readOn(this: Duplex, piece: Buffer): void {
  connectionOf(this)?.read(piece);
}

function goneToo(this: Duplex): void {
  connectionOf(this)?.gone();
}

function endToo(this: Duplex): void {
  this.end();
}

function destroy(this: Duplex): void {
  this.destroy();
}

const NOTHING_YET: Operation = { leave: () => undefined };
