import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { signals } from '../../metrics/domain/signals';
import { newRequestId } from '../../platform/logging/request-id';
import { traces } from '../../platform/tracing/traces';
import type { ChainTarget, RpcEndpoint } from '../domain/chain-target';
import { SOCKET_TRANSFER } from '../domain/credits';
import type { PushTrust } from '../domain/push-trust';
import { readTransaction } from '../domain/transaction';
import { LogSocket, SOCKET_PACE } from '../rpc/log-socket';
import { purposeIs } from '../purpose-of-call';
import type { SocketEars, SocketPace } from '../rpc/log-socket';
import type { LogNotice } from '../rpc/read-socket-message';
import type { PushDesk } from './push-desk';
import type { ReadingList } from './reading-list';

/** How often addresses and the setting are looked at. */
const LOOK_MS = 1_000;
/** The wait before a new connection is drawn from 0 up to this, which doubles with each failure. */
const BACKOFF_MS = { first: 500, longest: 30_000 } as const;
/** A connection that lived this long was a good one. */
const GOOD_AFTER_MS = 60_000;
/** Notices that wait to be fetched, and how many are fetched at once; beyond, a look at the lists is cheaper. */
const QUEUE = { most: 200, parallel: 4 } as const;
const REMEMBERED = 2_000;
/** Providers bill two credits for 0.1 MB. */
const BYTES_PER_CREDIT = 50_000;

/** What following the logs needs. */
export interface SocketParts {
  readonly target: ChainTarget;
  readonly desk: PushDesk;
  /** Asks for a look at every timer's lists now. */
  readonly onGap: () => void;
  /** Called with each slot that is told of as confirmed. */
  readonly onSlot: (slot: number) => void;
  readonly list: ReadingList;
  readonly trust: PushTrust;
  /** Whether WebSocket mode is on, as of now. */
  readonly isWanted: () => boolean;
  /** Whether a transaction is fetched as soon as it is heard of; false: a look decides what is worth it. */
  readonly isFetching: () => boolean;
  /** Called for each credit that is billed: a connection, and each 50 kB. */
  readonly onCall: (method: string, endpoint: string) => void;
  /** Shared clock, epoch ms. */
  readonly nowMs: () => number;
  readonly pace?: SocketPace;
  /** Opens a connection; default: a WebSocket to the endpoint. */
  readonly connect?: (endpoint: RpcEndpoint, ears: SocketEars) => SocketLine;
}

/** A connection as far as it is followed. */
export type SocketLine = Pick<LogSocket, 'closed' | 'isClosed' | 'open' | 'follow' | 'close'>;

type End = 'aborted' | 'stale_leader';

/**
 * Follows the logs of every watched address over one WebSocket. Notices are triggers only: each leads to a fetch or an
 * early look, and after every gap the lists are read. Nodes drop notices, so the sweep of the lists goes on.
 */
export class WebSocketSource {
  private readonly log = new Logger('solana');
  private readonly heard = new Set<string>();
  private readonly queue: string[] = [];
  private fetching = 0;
  private failures = 0;
  private end: End = 'aborted';
  private unbilledBytes = 0;

  constructor(private readonly parts: SocketParts) {}

  /** Works until the signal is aborted, or another leads. */
  async run(fencingToken: number, signal: AbortSignal): Promise<End> {
    this.end = 'aborted';
    while (!this.isOver(signal)) {
      const { endpoints } = this.parts.target;
      const endpoint = endpoints[this.failures % Math.max(1, endpoints.length)];
      if (!this.parts.isWanted() || endpoint === undefined) await rest(LOOK_MS, signal);
      else await this.connect(endpoint, fencingToken, signal);
    }
    this.queue.length = 0;
    this.parts.trust.close();
    return this.end;
  }

  private async connect(endpoint: RpcEndpoint, fencingToken: number, signal: AbortSignal): Promise<void> {
    const openedAtMs = performance.now();
    this.parts.onCall('webSocketConnection', endpoint.name);
    const ears = {
      onNotice: (_: string, notice: LogNotice) => {
        this.parts.onSlot(notice.slot);
        if (!notice.hasFailed) this.hear(notice.signature, fencingToken, signal);
      },
      onBytes: (bytes: number) => this.bill(bytes, endpoint.name),
    };
    const { connect: lineTo, pace = SOCKET_PACE } = this.parts;
    const socket = lineTo?.(endpoint, ears) ?? new LogSocket(endpoint, ears, pace);
    const stop = (): void => socket.close('stopped');
    signal.addEventListener('abort', stop, { once: true });
    await this.follow(socket, signal).catch((err: unknown) => {
      socket.close('could not be followed');
      this.log.warn({ message: 'websocket could not be followed', endpoint: endpoint.name, err });
      signals.incident.tell({
        rule: 'source-failed',
        context: { source: 'WEBSOCKET', endpoint: endpoint.name },
      });
    });
    signal.removeEventListener('abort', stop);
    socket.close('stopped');
    const reason = await socket.closed;
    this.parts.trust.close();
    if (signal.aborted || !this.parts.isWanted()) return;
    this.failures = performance.now() - openedAtMs > GOOD_AFTER_MS ? 1 : this.failures + 1;
    this.log.warn({ message: 'websocket lost', endpoint: endpoint.name, reason, failures: this.failures });
    const { first, longest } = BACKOFF_MS;
    await rest(Math.random() * Math.min(first * 2 ** Math.min(this.failures, 10), longest), signal);
  }

  /** Until the connection breaks, the mode is switched off, or another leads. */
  private async follow(socket: SocketLine, signal: AbortSignal): Promise<void> {
    const { list, trust, nowMs, isWanted } = this.parts;
    if (!(await socket.open(await list.addresses()))) return;
    trust.open(nowMs());
    this.log.log({ message: 'websocket connected' });
    // a subscription begins at the present slot: what happened before it was heard of by nobody
    this.parts.onGap();
    while (!socket.isClosed && isWanted() && !this.isOver(signal)) {
      await Promise.race([rest(LOOK_MS, signal), socket.closed]);
      await socket.follow(await list.addresses());
    }
  }

  private hear(signature: string, fencingToken: number, signal: AbortSignal): void {
    if (this.heard.has(signature)) return;
    this.heard.add(signature);
    for (const old of this.heard) {
      if (this.heard.size <= REMEMBERED) break;
      this.heard.delete(old);
    }
    this.parts.trust.brought([signature]);
    if (!this.parts.isFetching() || this.queue.length >= QUEUE.most) {
      this.parts.onGap();
      return;
    }
    this.queue.push(signature);
    if (this.fetching < QUEUE.parallel) void this.work(fencingToken, signal);
  }

  private async work(fencingToken: number, signal: AbortSignal): Promise<void> {
    this.fetching += 1;
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      if (signal.aborted) break;
      await this.bring(next, fencingToken, signal).catch((err: unknown) => {
        if (signal.aborted) return;
        this.log.warn({ message: 'heard transaction left to the sweep', signature: next, err });
        this.parts.onGap();
      });
    }
    this.fetching -= 1;
  }

  private async bring(signature: string, fencingToken: number, signal: AbortSignal): Promise<void> {
    const requestId = newRequestId();
    const span = traces.begin('trade.receive', { facts: { requestId, source: 'WEBSOCKET' } });
    const payload = await purposeIs('fetch', () => this.parts.desk.fetch(signature, signal));
    span.end();
    if (payload === null) {
      this.parts.onGap();
      return;
    }
    const senders = new Map([[signature, { requestId, traceparent: span.traceparent }]]);
    const turn = { source: 'WEBSOCKET', fencingToken, signal, senders } as const;
    const tag = await this.parts.desk.take([readTransaction(payload)], turn);
    if (tag === 'stale_leader') this.end = tag;
  }

  private isOver(signal: AbortSignal): boolean {
    return signal.aborted || this.end === 'stale_leader';
  }

  private bill(bytes: number, endpoint: string): void {
    this.unbilledBytes += bytes;
    for (; this.unbilledBytes >= BYTES_PER_CREDIT; this.unbilledBytes -= BYTES_PER_CREDIT) {
      this.parts.onCall(SOCKET_TRANSFER, endpoint);
    }
  }
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
