import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import Redis from 'ioredis';
import type { RedisOptions } from 'ioredis';
import AbstractConnector from 'ioredis/built/connectors/AbstractConnector';
import type { ClusterAddress, HostPort } from '../../config/redis-address';
import { goneSocket } from './gone-socket';

const DISCONNECT_WITHIN_MS = 2_000;
const ASK_WITHIN_MS = 2_000;

/** Finds the node of a cluster that is written to for one key. */
export class SlotFinder {
  private known: readonly HostPort[];

  /** @param key - what stands for all keys: they share its slot */
  constructor(
    private readonly address: ClusterAddress,
    private readonly key: string,
    private readonly login: RedisOptions,
  ) {
    this.known = address.nodes;
  }

  /** The master of the slot, as the first node that answers knows it. @throws where no node answers */
  async find(): Promise<HostPort> {
    let last: unknown = new Error('no node of the cluster answers');
    for (const node of [...this.known, ...this.address.nodes]) {
      try {
        return await this.ask(node);
      } catch (err) {
        last = err;
      }
    }
    throw last;
  }

  private async ask(node: HostPort): Promise<HostPort> {
    const client = new Redis({
      ...this.login,
      ...node,
      lazyConnect: true,
      connectTimeout: ASK_WITHIN_MS,
      commandTimeout: ASK_WITHIN_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const slot = Number(await client.call('CLUSTER', 'KEYSLOT', this.key));
      const ranges = rangesOf(await client.call('CLUSTER', 'SLOTS'), node);
      const owner = ranges.find(({ from, to }) => from <= slot && slot <= to);
      if (owner === undefined) throw new Error('no node of the cluster has the slot');
      this.known = ranges.flatMap(({ nodes }) => nodes);
      return owner.nodes[0] ?? node;
    } finally {
      client.disconnect();
    }
  }
}

interface SlotRange {
  readonly from: number;
  readonly to: number;
  /** The master first. */
  readonly nodes: readonly HostPort[];
}

function rangesOf(reply: unknown, asked: HostPort): readonly SlotRange[] {
  return listOf(reply).map((range) => {
    const [from, to, ...nodes] = listOf(range);
    return {
      from: Number(from),
      to: Number(to),
      nodes: nodes.map((node) => {
        const [host, port] = listOf(node);
        // a node that does not know its own address leaves it empty
        return { host: typeof host === 'string' && host !== '' ? host : asked.host, port: Number(port) };
      }),
    };
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Connects a plain client to the node that a finder names, anew at each attempt: a cluster moves slots between nodes. */
export function slotConnector(
  finder: SlotFinder,
  isTls: boolean,
): new (options: unknown) => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(DISCONNECT_WITHIN_MS);
    }

    /** Never throws: that would end the client for ever. What has broken already is tried again. */
    async connect(): Promise<Socket> {
      this.connecting = true;
      try {
        return await this.open();
      } catch (err) {
        this.firstError = err instanceof Error ? err : new Error('no node of the cluster answers');
        return goneSocket();
      }
    }

    private async open(): Promise<Socket> {
      const { host, port } = await finder.find();
      if (this.isClosed()) throw new Error('the connection was closed');
      const socket: Socket = isTls
        ? connectTls({ host, port, servername: host })
        : createConnection({ host, port });
      socket.once('error', (err) => {
        this.firstError = err;
      });
      this.stream = socket;
      return socket;
    }

    /** It may be closed while the cluster is asked. */
    private isClosed(): boolean {
      return !this.connecting;
    }
  };
}
