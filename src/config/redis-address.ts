/** Host and port of one server. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

interface Login {
  /** Null: the default user. */
  readonly username: string | null;
  /** Null: none is asked for. */
  readonly password: string | null;
  readonly isTls: boolean;
}

/** Sentinels that know where the server is that is written to. */
export interface SentinelAddress extends Login {
  readonly kind: 'sentinel';
  readonly sentinels: readonly HostPort[];
  /** Name of the group of servers. */
  readonly group: string;
  readonly database: number;
  /** Password of the sentinels themselves; null: none. */
  readonly sentinelPassword: string | null;
}

/** Nodes of a Redis Cluster; any that answers tells of all. */
export interface ClusterAddress extends Login {
  readonly kind: 'cluster';
  readonly nodes: readonly HostPort[];
}

/** What `REDIS_URL` says: one server, sentinels, or a cluster. */
export type RedisAddress =
  { readonly kind: 'single'; readonly url: string } | SentinelAddress | ClusterAddress;

const SCHEMES = /^(rediss?)(-sentinel|-cluster)?:\/\//;
const PARTS = /^(?:(?<login>[^@/?]*)@)?(?<hosts>[^@/?]+)(?<path>\/[^?]*)?(?:\?(?<query>.*))?$/;
const SENTINEL_PORT = 26_379;
const REDIS_PORT = 6_379;
const FORMS = 'redis://, rediss://, redis-sentinel:// or redis-cluster://';

/**
 * Reads `redis[s]://…`, `redis[s]-sentinel://[user:password@]host:port,host:port/<group>[/<database>][?sentinelPassword=…]`
 * and `redis[s]-cluster://[user:password@]host:port,host:port`.
 *
 * @returns null where it is none of them
 */
export function readRedisAddress(text: string): RedisAddress | null {
  const [whole = '', scheme = '', family] = SCHEMES.exec(text) ?? [];
  if (family === undefined) {
    const isUrl = scheme !== '' && URL.canParse(text) && new URL(text).hostname !== '';
    return isUrl ? { kind: 'single', url: text } : null;
  }
  const parts = {
    login: '',
    hosts: '',
    path: '',
    query: '',
    ...PARTS.exec(text.slice(whole.length))?.groups,
  };
  return readFamily(parts, family === '-cluster', scheme === 'rediss');
}

type Parts = Readonly<Record<'login' | 'hosts' | 'path' | 'query', string | undefined>>;

function readFamily(parts: Parts, isCluster: boolean, isTls: boolean): RedisAddress | null {
  const { login = '', hosts = '', path = '', query = '' } = parts;
  const servers = readHosts(hosts, isCluster ? REDIS_PORT : SENTINEL_PORT);
  if (servers === null) return null;
  const common = { ...readLogin(login), isTls };
  if (!isCluster) return readSentinels(servers, path, query, common);
  return /^\/?0?$/.test(path) ? { kind: 'cluster', nodes: servers, ...common } : null;
}

function readSentinels(
  sentinels: readonly HostPort[],
  path: string,
  query: string,
  login: Login,
): SentinelAddress | null {
  const [, group, database = '0'] = /^\/([\w.-]+)(?:\/(\d{1,5}))?$/.exec(path) ?? [];
  if (group === undefined) return null;
  const sentinelPassword = new URLSearchParams(query).get('sentinelPassword');
  return { kind: 'sentinel', sentinels, group, database: Number(database), sentinelPassword, ...login };
}

function readLogin(text: string): Omit<Login, 'isTls'> {
  const [username = '', ...passwords] = text.split(':');
  return { username: decoded(username), password: decoded(passwords.join(':')) };
}

/** What is wrong with a `REDIS_URL`; null where nothing is. */
export function redisAddressProblem(text: string): string | null {
  return readRedisAddress(text) === null ? `must be a URL that begins with ${FORMS}` : null;
}

function readHosts(text: string, defaultPort: number): readonly HostPort[] | null {
  const found = text.split(',').map((part) => /^(\[[\da-f:]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(part.trim()));
  if (text === '' || found.includes(null)) return null;
  return found.map((match) => ({
    host: (match?.[1] ?? '').replace(/^\[|\]$/g, ''),
    port: Number(match?.[2] ?? defaultPort),
  }));
}

function decoded(text: string): string | null {
  try {
    return text === '' ? null : decodeURIComponent(text);
  } catch {
    return text;
  }
}
