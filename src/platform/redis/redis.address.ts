import Redis from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { readRedisAddress } from '../../config/redis-address';
import type { ClusterAddress, RedisAddress, SentinelAddress } from '../../config/redis-address';
import { PatientSentinelConnector } from './sentinel.connector';
import { SlotFinder, slotConnector } from './slot.connector';

/** Replies after which another server is the right one: a replica, a slot that moved, a cluster without it. */
const ELSEWHERE = /^(READONLY|MOVED|ASK|CLUSTERDOWN|MASTERDOWN|UNBLOCKED)/;

/** How clients reach one Redis, wherever it is: a server, the one that sentinels name, or a cluster's. */
export class RedisRoute {
  /**
   * Stands before every key. In a cluster it is a hash tag: all keys of a deployment are on one node, so that its
   * scripts, transactions and reads of many streams work there as on a single server.
   */
  readonly keyPrefix: string;
  private readonly address: RedisAddress;
  private readonly finder: SlotFinder | null;

  /** @param url - `REDIS_URL`, checked before */
  constructor(url: string, keyPrefix: string) {
    this.address = readRedisAddress(url) ?? { kind: 'single', url };
    const { address } = this;
    this.keyPrefix = address.kind === 'cluster' ? `{${keyPrefix}}` : keyPrefix;
    this.finder =
      address.kind === 'cluster' ? new SlotFinder(address, this.keyPrefix, loginOf(address)) : null;
  }

  /** A client; it reconnects by the rules of `options`, and to another server when the right one is another. */
  connect(options: RedisOptions): Redis {
    const common: RedisOptions = {
      ...options,
      reconnectOnError: (err) => (ELSEWHERE.test(err.message) ? 2 : false),
    };
    const { address, finder } = this;
    if (address.kind === 'single') return new Redis(address.url, common);
    const login = loginOf(address);
    if (address.kind === 'sentinel')
      return new Redis({ ...common, ...login, ...sentinelsOf(address), Connector: PatientSentinelConnector });
    if (finder === null) throw new TypeError('a cluster without a finder');
    return new Redis({ ...common, ...login, Connector: slotConnector(finder, address.isTls) });
  }
}

function loginOf({ username, password, isTls }: SentinelAddress | ClusterAddress): RedisOptions {
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(isTls ? { tls: {} } : {}),
  };
}

function sentinelsOf({ sentinels, group, database, sentinelPassword, isTls }: SentinelAddress): RedisOptions {
  return {
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    name: group,
    db: database,
    enableTLSForSentinelMode: isTls,
    // told by the sentinels: a server that was replaced may still be reached, and answer
    failoverDetector: true,
    sentinelRetryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 4), 1_000),
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
  };
}
