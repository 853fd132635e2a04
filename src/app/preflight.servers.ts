import { Client } from 'pg';
import type { Env } from '../config/env';
import { RedisService } from '../platform/redis/redis.service';
import { failed, fine, skipped, warned } from './operator/check';
import type { Check, Outcome } from './operator/check';
import { readInfo } from './operator/read-answer';

const CONNECT_WITHIN_MS = 5_000;
const OLDEST_REDIS = 6.2;
const OLDEST_POSTGRES = 140_000;
/** What three instances open at most, with a few for people. */
const CONNECTIONS_OF_THREE = 80;
const LARGEST_STEP_MS = 2_000;

type ServerUrls = Pick<Env, 'redisUrl' | 'redisKeyPrefix' | 'databaseUrl' | 'databaseReadUrl'>;

/** What is asked of Redis and Postgres. */
export function serverChecks(env: ServerUrls): readonly Check[] {
  const start = 'start Redis, and see that REDIS_URL is right and reachable from here';
  const ask = (look: (info: ReadonlyMap<string, string>) => Outcome) => () => askRedis(env, look);
  const database = 'start Postgres, and see that DATABASE_URL is right and reachable from here';
  return [
    { name: 'redis', todo: start, run: ask(redisItself) },
    { name: 'redis-persistence', todo: start, run: ask(redisPersistence) },
    { name: 'redis-eviction', todo: start, run: ask(redisEviction) },
    { name: 'redis-clock', todo: start, run: () => redisClock(env) },
    { name: 'postgres', todo: database, run: () => askPostgres(env.databaseUrl?.reveal(), postgresItself) },
    {
      name: 'postgres-durable',
      todo: database,
      run: () => askPostgres(env.databaseUrl?.reveal(), postgresDurability),
    },
    {
      name: 'postgres-replica',
      todo: 'start the replica, or leave DATABASE_READ_URL out',
      run: () =>
        env.databaseReadUrl === null
          ? Promise.resolve(skipped('DATABASE_READ_URL is not set; DATABASE_URL serves history'))
          : askPostgres(env.databaseReadUrl.reveal(), ({ version }) => fine(`Postgres ${version}`)),
    },
  ];
}

async function withRedis<Answer>(
  env: ServerUrls,
  work: (redis: RedisService) => Promise<Answer>,
): Promise<Answer> {
  const redis = new RedisService({ url: env.redisUrl?.reveal() ?? '', keyPrefix: env.redisKeyPrefix });
  try {
    return await work(redis);
  } finally {
    await redis.onApplicationShutdown();
  }
}

async function askRedis(
  env: ServerUrls,
  look: (info: ReadonlyMap<string, string>) => Outcome,
): Promise<Outcome> {
  if (env.redisUrl === null) return failed('REDIS_URL is missing or wrong', 'set it');
  return await withRedis(env, async ({ commands }) => look(readInfo(await commands.info())));
}

function redisItself(info: ReadonlyMap<string, string>): Outcome {
  const version = info.get('redis_version') ?? '0';
  const role = info.get('role') ?? 'unknown role';
  const found = `Redis ${version}, ${role}`;
  if (Number.parseFloat(version) < OLDEST_REDIS)
    return failed(found, `use Redis ${OLDEST_REDIS} or newer, or Valkey`);
  return role === 'master'
    ? fine(found)
    : failed(found, 'let REDIS_URL lead to the server that is written to');
}

function redisPersistence(info: ReadonlyMap<string, string>): Outcome {
  if (info.get('aof_enabled') !== '1')
    return failed(
      'no append-only file: a restart loses all that is not in Postgres',
      'set appendonly yes and appendfsync everysec',
    );
  const isWell = info.get('aof_last_write_status') === 'ok' && info.get('rdb_last_bgsave_status') === 'ok';
  return isWell
    ? fine('append-only file on, last writes ok')
    : failed('the last write to disk failed', "look at the disk and at Redis' log");
}

function redisEviction(info: ReadonlyMap<string, string>): Outcome {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction')
    return failed(
      `maxmemory-policy is ${policy}: a full Redis would forget timers`,
      'set maxmemory-policy noeviction',
    );
  const bytes = Number(info.get('maxmemory') ?? 0);
  const limit = bytes === 0 ? 'no limit of memory' : `${Math.round(bytes / 1_048_576)} MiB at most`;
  return bytes === 0
    ? warned(
        `noeviction, ${limit}`,
        'set maxmemory below what the machine has, so that a full Redis refuses instead of dying',
      )
    : fine(`noeviction, ${limit}`);
}

async function redisClock(env: ServerUrls): Promise<Outcome> {
  if (env.redisUrl === null) return failed('REDIS_URL is missing or wrong', 'set it');
  const offMs = await withRedis(env, async (redis) => {
    const before = Date.now();
    const redisMs = await redis.readTimeMs();
    return Math.round(redisMs - (before + Date.now()) / 2);
  });
  return Math.abs(offMs) > LARGEST_STEP_MS
    ? failed(`the clock of Redis is ${offMs} ms ahead of the one here`, 'let both follow a time server')
    : fine(`${Math.abs(offMs)} ms from the clock here`);
}

interface PostgresFacts {
  readonly version: string;
  readonly number: number;
  readonly recovering: boolean;
  readonly may_create: boolean;
  readonly encoding: string;
  readonly connections: number;
  readonly fsync: string;
  readonly commit: string;
  readonly pages: string;
}

const FACTS = `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
  pg_is_in_recovery() as recovering, coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
  pg_encoding_to_char(encoding) as encoding, current_setting('max_connections')::int as connections,
  current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
  current_setting('full_page_writes') as pages
  from pg_database where datname = current_database()`;

async function askPostgres(
  url: string | undefined,
  look: (facts: PostgresFacts) => Outcome,
): Promise<Outcome> {
  if (url === undefined) return failed('DATABASE_URL is missing or wrong', 'set it');
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<PostgresFacts>(FACTS);
    const [facts] = rows;
    return facts === undefined ? failed('the database does not know itself', 'see its log') : look(facts);
  } finally {
    await client.end();
  }
}

function postgresItself({
  version,
  number,
  recovering,
  may_create,
  encoding,
  connections,
}: PostgresFacts): Outcome {
  const found = `Postgres ${version}`;
  if (number < OLDEST_POSTGRES) return failed(found, 'use Postgres 14 or newer');
  if (recovering)
    return failed(`${found}, a replica`, 'let DATABASE_URL lead to the server that is written to');
  if (!may_create)
    return failed(`${found}, without the right to make tables`, 'grant create on the schema to this user');
  if (encoding !== 'UTF8')
    return failed(`${found}, encoding ${encoding}`, 'make the database with encoding UTF8');
  return connections < CONNECTIONS_OF_THREE
    ? warned(
        `${found}, ${connections} connections`,
        `set max_connections to ${CONNECTIONS_OF_THREE} or more for three instances`,
      )
    : fine(`${found}, ${connections} connections`);
}

function postgresDurability({ fsync, commit, pages }: PostgresFacts): Outcome {
  const found = `fsync ${fsync}, synchronous_commit ${commit}, full_page_writes ${pages}`;
  const isDurable = fsync === 'on' && pages === 'on' && commit !== 'off';
  return isDurable
    ? fine(found)
    : failed(found, 'switch all three on: an act is answered once it cannot be lost');
}
