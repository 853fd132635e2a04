import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { backoffMs, Pause } from './backoff';
import { Following } from './following';
import type { Sink } from './following';
import type { Operation } from './operation';
import { lostConnection, ProblemError, problemOf } from './problem';
import type { Problem } from './problem';
import { quietSocket } from './quiet-socket';

/** How the connection is. */
export type LinkStatus = 'connecting' | 'live' | 'reconnecting' | 'closed';

/** What a link is made of. */
export interface LinkOptions {
  /** Address of the service, or of its GraphQL endpoint: http, https, ws or wss. */
  readonly url: string;
  /** Constructor of sockets where the platform has none of its own (Node 20: that of `ws`). */
  readonly webSocket?: unknown;
  /** Payload of connection_init, asked for each connection. */
  readonly connectionParams?: () => Promise<Record<string, unknown>>;
  /** Told each time the status changes. */
  readonly onStatus: (status: LinkStatus) => void;
}

/** Heartbeats come every 15 s: a connection that says nothing for this long is dead. */
const QUIET_MS = 40_000;
const CONNECT_MS = 10_000;
const ANSWER_MS = 8_000;
/** A connection that held this long was a good one. */
const STEADY_MS = 5_000;
/** A refused subscription must not close the socket before it is tried again. */
const IDLE_MS = 120_000;

/**
 * One GraphQL socket that connects again for ever, with growing pauses of random length, and brings back what was
 * subscribed. It finds out by itself when a connection is dead though nobody has closed it.
 */
export class Link {
  private readonly client: Client;
  private readonly pause = new Pause();
  private readonly waiting = new Set<(problem: Problem) => void>();
  private readonly leavers = new Set<() => void>();
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private liveSince: number | null = null;
  private heardAt = 0;
  private current: LinkStatus = 'connecting';

  constructor(private readonly options: LinkOptions) {
    this.client = createClient({
      url: socketUrl(options.url),
      ...(options.webSocket === undefined ? {} : { webSocketImpl: quietSocket(options.webSocket) }),
      ...(options.connectionParams === undefined ? {} : { connectionParams: options.connectionParams }),
      lazyCloseTimeout: IDLE_MS,
      retryAttempts: Infinity,
      shouldRetry: () => true,
      retryWait: () => this.retryWait(),
      on: {
        connecting: () => this.watch(CONNECT_MS),
        connected: () => this.connected(),
        message: () => this.heard(),
        closed: () => this.lost(),
      },
    });
  }

  get status(): LinkStatus {
    return this.current;
  }

  /** Follows a subscription over all connections. @returns ends it */
  follow<Result, Variables extends Record<string, unknown>>(
    document: Operation<Result, Variables>,
    variables: Variables,
    sink: Sink<Result>,
  ): () => void {
    const following = new Following(this.client, { query: document, variables }, sink);
    const end = (): void => {
      this.leavers.delete(end);
      following.end();
    };
    this.leavers.add(end);
    return end;
  }

  /** Asks once. @throws ProblemError when there is no connection, or it is lost, or no answer comes in time */
  async ask<Result, Variables extends Record<string, unknown>>(
    document: Operation<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    if (this.current !== 'live') throw new ProblemError(lostConnection('not connected'));
    const askedAt = performance.now();
    return await new Promise<Result>((resolve, reject) => {
      const fail = (problem: Problem): void => {
        settle();
        reject(new ProblemError(problem));
      };
      const timer = setTimeout(() => {
        fail(lostConnection('no answer in time'));
        if (this.heardAt < askedAt) this.client.terminate();
      }, ANSWER_MS);
      const leave = this.client.subscribe<Result>(
        { query: document, variables },
        {
          next: ({ data, errors }) => {
            if (errors !== undefined || data === undefined || data === null) fail(problemOf(errors));
            else {
              settle();
              resolve(data);
            }
          },
          error: (err) => fail(problemOf(err)),
          complete: () => fail(lostConnection('no answer')),
        },
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.waiting.delete(fail);
        leave();
      };
      this.waiting.add(fail);
    });
  }

  /** Connects now instead of at the end of the present pause. */
  hurry(): void {
    this.attempt = 0;
    this.pause.cutShort();
  }

  /** Ends everything. */
  close(): void {
    if (this.current === 'closed') return;
    for (const leave of [...this.leavers]) leave();
    this.lost();
    this.tell('closed');
    this.pause.cutShort();
    void this.client.dispose();
    this.client.terminate();
  }

  private async retryWait(): Promise<void> {
    this.tell('reconnecting');
    await this.pause.wait(backoffMs(this.attempt));
    this.attempt += 1;
  }

  private connected(): void {
    if (this.current === 'closed') return;
    this.liveSince = performance.now();
    this.heard();
    this.tell('live');
  }

  private heard(): void {
    this.heardAt = performance.now();
    this.watch(QUIET_MS);
  }

  private lost(): void {
    clearTimeout(this.watchdog);
    if (this.liveSince !== null && performance.now() - this.liveSince > STEADY_MS) this.attempt = 0;
    this.liveSince = null;
    if (this.current === 'live') this.tell('reconnecting');
    for (const fail of [...this.waiting]) fail(lostConnection('the connection was lost'));
  }

  private watch(limitMs: number): void {
    clearTimeout(this.watchdog);
    if (this.current !== 'closed') this.watchdog = setTimeout(() => this.client.terminate(), limitMs);
  }

  private tell(status: LinkStatus): void {
    if (status === this.current || this.current === 'closed') return;
    this.current = status;
    this.options.onStatus(status);
  }
}

/** `ws…/graphql` of an address of the service. @throws TypeError when it is none */
export function socketUrl(address: string): string {
  const url = new URL(address);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (!url.pathname.endsWith('/graphql')) url.pathname = `${url.pathname.replace(/\/$/, '')}/graphql`;
  url.hash = '';
  return url.href;
}
