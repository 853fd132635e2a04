import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { CloseCode } from './frames';

/** What is counted of an endpoint now. */
export interface EndpointCounts {
  readonly connections: number;
  readonly members: number;
  readonly groups: number;
  readonly documents: number;
  readonly bufferedBytes: number;
}

/** Why a connection was not taken, beside the close codes. */
export type Refusal = 'origin' | 'address_limit' | 'rate_limit' | 'handshake' | 'path' | 'stopping';

/** Metrics of the GraphQL sockets of this instance. */
export class SocketMetrics {
  private readonly dropped: Counter<'reason'>;
  private readonly refused: Counter<'reason'>;

  /** @param count - asked when metrics are scraped */
  constructor(registry: Registry, count: () => EndpointCounts) {
    const registers = [registry];
    const gauge = (name: string, help: string, key: keyof EndpointCounts): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(count()[key]);
        },
      });
    };
    gauge('ws_connections', 'Open GraphQL sockets.', 'connections');
    gauge('ws_shared_subscriptions', 'Subscriptions that are served by groups.', 'members');
    gauge('ws_groups', 'Groups of equal subscriptions; each is executed once per update.', 'groups');
    gauge('ws_documents', 'Parsed documents that are kept.', 'documents');
    gauge('ws_buffered_bytes', 'Bytes that clients have not read yet.', 'bufferedBytes');
    this.dropped = new Counter({
      name: 'ws_dropped_total',
      help: 'GraphQL sockets that the instance closed, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.refused = new Counter({
      name: 'ws_refused_total',
      help: 'Upgrades that did not become a GraphQL socket, by reason.',
      labelNames: ['reason'],
      registers,
    });
  }

  /** A connection was closed by us; `silent`: it answered no ping. */
  drop(code: CloseCode | 'silent'): void {
    this.dropped.inc({ reason: code === 'silent' ? 'ping_timeout' : reasonOf(code) });
  }

  /** An upgrade was refused. */
  refuse(reason: Refusal): void {
    this.refused.inc({ reason });
  }
}

function reasonOf(code: CloseCode): string {
  const name = Object.entries(CloseCode).find(([, value]) => value === code)?.[0] ?? 'other';
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
