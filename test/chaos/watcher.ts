import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { SeenTimer } from '../support/instance';
import { TIMER_FIELDS } from '../support/instance';
import type { SeenBy, ToldEnd, ToldState } from './history';

const STATES = `subscription { timerUpdated { ${TIMER_FIELDS} } }`;
const TRADES = 'subscription { tradeDetected { id } }';
const ENDS = 'subscription { roundEnded { number endedAt winner void } }';
const PING_EVERY_MS = 1_000;
const PONG_WITHIN_MS = 3_000;
const RETRY_MS = 200;

interface PublicEnd {
  readonly number: number;
  readonly endedAt: number | null;
  readonly winner: string | null;
  readonly void: boolean;
}

/** A subscriber that follows everything, comes back whenever its connection is lost, and remembers what it saw. */
export class Watcher implements SeenBy {
  readonly states: ToldState[] = [];
  readonly trades: string[] = [];
  readonly ends: ToldEnd[] = [];
  /** Errors that a subscription got in place of what it asked for. */
  readonly problems: unknown[] = [];
  connections = 0;
  isConnected = false;
  private readonly client: Client;
  private silence: NodeJS.Timeout | undefined;

  /** @param onEnd - told of each end, at once */
  constructor(
    readonly name: string,
    url: string,
    private readonly onEnd: (round: number) => void,
  ) {
    this.client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: Infinity,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, RETRY_MS)),
      shouldRetry: () => true,
      keepAlive: PING_EVERY_MS,
      on: {
        connected: () => this.connected(),
        closed: () => this.closed(),
        ping: (received) => this.pinged(received),
        pong: (received) => received && clearTimeout(this.silence),
      },
    });
    this.follow<SeenTimer>(STATES, 'timerUpdated', (timer) => this.states.push(toldState(timer)));
    this.follow<{ id: string }>(TRADES, 'tradeDetected', ({ id }) => this.trades.push(id));
    this.follow<PublicEnd>(ENDS, 'roundEnded', (end) => this.take(end));
  }

  async close(): Promise<void> {
    clearTimeout(this.silence);
    await this.client.dispose();
  }

  private follow<Item>(query: string, field: string, take: (item: Item) => void): void {
    this.client.subscribe<Record<string, Item>>(
      { query },
      {
        next: ({ data, errors }) => {
          const item = data?.[field];
          if (item !== undefined) take(item);
          if (errors !== undefined) this.problems.push(...errors);
        },
        error: (err) => this.problems.push(err),
        complete: () => this.problems.push(`${field} was completed`),
      },
    );
  }

  private take({ number, endedAt, winner, void: isVoid }: PublicEnd): void {
    this.ends.push({ round: number, endedAt, winner, isVoid });
    this.onEnd(number);
  }

  private connected(): void {
    this.connections += 1;
    this.isConnected = true;
  }

  private closed(): void {
    this.isConnected = false;
    clearTimeout(this.silence);
  }

  /** A connection that is open on this side alone answers no ping. */
  private pinged(received: boolean): void {
    if (received) return;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.client.terminate(), PONG_WITHIN_MS);
  }
}

function toldState({ lastTrade, ...timer }: SeenTimer): ToldState {
  const { epoch, revision, status, round, deadline } = timer;
  const signature = lastTrade?.signature ?? null;
  return { atMs: performance.now(), epoch, revision, status, round, deadline, lastTrade: signature };
}
