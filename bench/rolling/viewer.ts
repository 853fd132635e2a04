import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A state as viewers compare it. */
export interface SeenState {
  readonly epoch: number;
  readonly revision: number;
  readonly deadline: number | null;
}

/** What happened to the connections of all viewers. */
export class Connections {
  open = 0;
  /** When somebody came back, monotonic ms. */
  readonly returns: number[] = [];
  /** How long each was away, ms. */
  readonly awayMs: number[] = [];
  readonly closeCodes = new Map<number, number>();

  /** Counts a close by its code. */
  close(code: number): void {
    this.closeCodes.set(code, (this.closeCodes.get(code) ?? 0) + 1);
  }
}

const STATES = 'subscription { timerUpdated { epoch revision deadline } }';

/** A client as graphql-ws makes it with its defaults, that follows the timer and remembers what would be wrong. */
export class Viewer {
  last: SeenState | null = null;
  /** Times at which a state was older than the one before. */
  wentBack = 0;
  /** What ended a subscription, or was refused. */
  readonly problems: unknown[] = [];
  protected readonly client: Client;
  private lostAt: number | null = null;

  constructor(
    url: string,
    private readonly connections: Connections,
  ) {
    this.client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      on: {
        connected: (_socket, _payload, wasRetry) => this.connected(wasRetry),
        closed: (event) => this.closed(event),
      },
    });
    this.follow<{ timerUpdated: SeenState }>(STATES, {}, ({ timerUpdated }) => this.see(timerUpdated));
  }

  /** Leaves. */
  async close(): Promise<void> {
    await this.client.dispose();
  }

  protected follow<Data extends Record<string, unknown>>(
    query: string,
    variables: Record<string, unknown>,
    take: (data: Data) => void,
  ): void {
    this.client.subscribe<Data>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (data !== undefined && data !== null) take(data);
          if (errors !== undefined) this.problems.push(...errors);
        },
        error: (err) => this.problems.push(err),
        complete: () => undefined,
      },
    );
  }

  /** There is a connection again after one was lost. */
  protected returned(): void {
    // who follows states alone is told the present one
  }

  private see(state: SeenState): void {
    const { last } = this;
    if (last !== null && (state.epoch - last.epoch || state.revision - last.revision) < 0) this.wentBack += 1;
    this.last = state;
  }

  private connected(wasRetry: boolean): void {
    this.connections.open += 1;
    if (!wasRetry) return;
    const now = performance.now();
    this.connections.returns.push(now);
    if (this.lostAt !== null) this.connections.awayMs.push(now - this.lostAt);
    this.lostAt = null;
    this.returned();
  }

  private closed(event: unknown): void {
    const code = typeof event === 'object' && event !== null && 'code' in event ? Number(event.code) : 0;
    this.connections.close(code);
    if (this.lostAt !== null) return;
    this.connections.open -= 1;
    this.lostAt = performance.now();
  }
}
