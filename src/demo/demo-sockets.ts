import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Chain } from './chain';
import { answerSocketCall, noticesOf } from './socket-subscriptions';
import type { Subscription } from './socket-subscriptions';

/**
 * The node's WebSocket: `logsSubscribe` and `slotSubscribe` with the semantics of a real one. A subscription begins at
 * the present slot, and what happens while a client is away is never told.
 */
export class DemoSockets {
  /** True: connections stay open and nothing is told over them. */
  isMuted = false;
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: 100_000 });
  private readonly clients = new Map<WebSocket, Map<number, Subscription>>();
  private lastId = 0;

  constructor(private readonly chain: Chain) {}

  /** How many clients are connected. */
  get count(): number {
    return this.clients.size;
  }

  /** Takes the upgrade of an HTTP connection. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.server.handleUpgrade(request, socket, head, (client) => {
      const subscriptions = new Map<number, Subscription>();
      this.clients.set(client, subscriptions);
      client.on('close', () => this.clients.delete(client));
      client.on('error', () => client.terminate());
      client.on('message', (data) => this.answer(client, subscriptions, textOf(data)));
    });
  }

  /** Tells every client what is new since the last call. */
  tell(): void {
    for (const [client, subscriptions] of this.clients) {
      for (const [id, subscription] of subscriptions) {
        const { notices, toldSlot } = noticesOf(this.chain, id, subscription);
        subscriptions.set(id, { ...subscription, toldSlot });
        if (!this.isMuted) for (const notice of notices) client.send(JSON.stringify(notice));
      }
    }
  }

  /** Breaks every connection without a goodbye. */
  drop(): void {
    for (const client of this.clients.keys()) client.terminate();
    this.clients.clear();
  }

  /** Ends everything. */
  close(): void {
    this.drop();
    this.server.close();
  }

  private answer(client: WebSocket, subscriptions: Map<number, Subscription>, text: string): void {
    const { answer, opened, closed } = answerSocketCall(this.chain, text, this.lastId + 1);
    if (opened !== undefined) {
      this.lastId += 1;
      subscriptions.set(this.lastId, opened);
    }
    const isKnown = closed === undefined || subscriptions.delete(closed);
    client.send(JSON.stringify(isKnown ? answer : { ...answer, result: false }));
  }
}

function textOf(data: unknown): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}
