import * as check from './checks';
import { outboundVariables } from './outbound.variables';
import { redisAddressProblem } from './redis-address';
import { Secret } from './secret';
import { choice, flag, integer, list, secret, text, words } from './variable';
import type { Reading, Variable } from './variable';

/** Largest duration anywhere: GraphQL `Int` and timers of Node both end at 2^31 - 1 ms. */
const dayMs = 86_400_000;
const largestMs = 24 * dayMs;
const httpUrl = check.url('http:', 'https:');
const postgresUrl = check.url('postgres:', 'postgresql:');

/** Every environment variable of the service, by the name of its field in `Env`, in the order of `.env.example`. */
export const schema = {
  nodeEnv: choice('NODE_ENV', {
    words: ['development', 'production', 'test'],
    fallback: 'development',
    sentence:
      'In production nothing is embedded, demonstrated or made up: servers and secrets must be given.',
  }),
  port: integer('PORT', {
    unit: 'TCP port',
    min: 0,
    max: 65_535,
    fallback: 3000,
    sentence: 'Where HTTP and WebSocket are served; 0 takes a free port.',
  }),
  logLevel: choice('LOG_LEVEL', {
    words: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    fallback: 'info',
    sentence: 'The least serious log line that is written.',
  }),
  roles: words('ROLES', {
    words: ['api', 'watcher', 'historian'],
    fallback: ['api', 'watcher', 'historian'],
    sentence: 'What this instance does: serve and fan out, compete to read the chain, write the history.',
  }),
  instanceId: text('INSTANCE_ID', {
    kind: 'letters, digits, dot, dash, underscore, at most 64',
    check: check.pattern(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
    fallback: null,
    sentence: 'Name of this process in logs, leases and health; made at each start when unset.',
  }),
  dataDir: text('DATA_DIR', {
    kind: 'path of a folder',
    check: check.pattern(/^[^\0]{1,4096}$/, 'must be a path'),
    fallback: '.data',
    sentence:
      'Where the embedded servers and the demo chain keep their state; not used when both servers are given.',
  }),
  drainNoticeMs: integer('DRAIN_NOTICE_MS', {
    unit: 'ms',
    min: 0,
    max: 300_000,
    fallback: 0,
    sentence:
      'After SIGTERM: how long it only says that it is not ready, so that load balancers that ask may see it.',
  }),
  drainPeriodMs: integer('DRAIN_PERIOD_MS', {
    unit: 'ms',
    min: 0,
    max: 300_000,
    fallback: 20_000,
    sentence:
      'Then: over how long sockets and streams are closed, and requests are waited for; shorter where they are few.',
  }),
  redisUrl: secret('REDIS_URL', {
    kind: 'redis://, rediss://, redis-sentinel:// or redis-cluster:// URL',
    check: redisAddressProblem,
    sentence: 'Redis or Valkey (docs/redis.md); an own server is started when unset. Required in production.',
  }),
  redisKeyPrefix: text('REDIS_KEY_PREFIX', {
    kind: 'letters, digits, colon, dot, dash, underscore, at most 64',
    check: check.pattern(
      /^[\w:.-]{1,64}$/,
      'must be 1 to 64 letters, digits, colons, dots, dashes or underscores',
    ),
    fallback: 'darwin-timer',
    sentence: 'Stands before every key, so that several deployments can share one Redis.',
  }),
  redisTimerTtlSec: integer('REDIS_TIMER_TTL', {
    unit: 's',
    min: 60,
    max: 31_536_000,
    fallback: 3600,
    sentence:
      'How long caches of ended timers and snapshots live; the state of a timer that exists never expires.',
  }),
  redisSettingsTtlSec: integer('REDIS_SETTINGS_TTL', {
    unit: 's',
    min: 60,
    max: 31_536_000,
    fallback: 86_400,
    sentence: 'How long cached settings live.',
  }),
  redisEventsTtlSec: integer('REDIS_EVENTS_TTL', {
    unit: 's',
    min: 3600,
    max: 31_536_000,
    fallback: 604_800,
    sentence: 'How long dedupe marks and delivered events live.',
  }),
  databaseUrl: secret('DATABASE_URL', {
    kind: 'postgres:// or postgresql:// URL',
    check: postgresUrl,
    sentence: 'Postgres; an embedded server is started when unset. Required in production.',
  }),
  databaseReadUrl: secret('DATABASE_READ_URL', {
    kind: 'postgres:// or postgresql:// URL',
    check: postgresUrl,
    sentence: 'A read replica for history queries; DATABASE_URL serves them when unset.',
  }),
  heliusApiKey: secret('HELIUS_API_KEY', {
    kind: 'key',
    check: check.pattern(/^[\w-]{1,256}$/, 'must be 1 to 256 letters, digits, dashes or underscores'),
    sentence:
      'Key of a Helius project; gives the RPC endpoint when SOLANA_RPC_ENDPOINTS is unset, and webhooks.',
  }),
  solanaRpcEndpoints: list('SOLANA_RPC_ENDPOINTS', {
    kind: 'http(s) URLs',
    isSecret: true,
    item: (part) => hide(part, httpUrl(part)),
    sentence: 'JSON-RPC endpoints in order of preference. With neither these nor a key the demo chain plays.',
  }),
  solanaPollingIntervalMs: integer('SOLANA_POLLING_INTERVAL', {
    unit: 'ms',
    min: 1000,
    max: 30_000,
    fallback: null,
    sentence: 'A fixed polling interval; turns the deadline-aware polling off, which costs more credits.',
  }),
  chainReadingEnabled: flag('CHAIN_READING_ENABLED', {
    fallback: true,
    sentence: 'First value of the setting: whether "global" is moved by trades, or ends by the clock alone.',
  }),
  tokenAddress: text('TOKEN_ADDRESS', {
    kind: 'base58 public key',
    check: check.publicKey,
    fallback: '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p',
    sentence: 'Mint whose trades move "global" when it is first created.',
  }),
  timerDefaultDurationMs: integer('TIMER_DEFAULT_DURATION', {
    unit: 'ms',
    min: 60_000,
    max: largestMs,
    fallback: 600_000,
    sentence: 'Countdown of a new timer; at most TIMER_MAX_DURATION.',
  }),
  timerMaxDurationMs: integer('TIMER_MAX_DURATION', {
    unit: 'ms',
    min: 60_000,
    max: largestMs,
    fallback: 3_600_000,
    sentence: 'The largest duration that an admin may set.',
  }),
  timerUpdateIntervalMs: integer('TIMER_UPDATE_INTERVAL', {
    unit: 'ms',
    min: 100,
    max: 60_000,
    fallback: 1000,
    sentence: 'How often timerTick sends.',
  }),
  timerSettleCommitment: choice('TIMER_SETTLE_COMMITMENT', {
    words: ['confirmed', 'finalized'],
    fallback: 'finalized',
    sentence: 'How sure a slot must be before a round is closed behind it.',
  }),
  timerSettleMarginMs: integer('TIMER_SETTLE_MARGIN', {
    unit: 'ms',
    min: 0,
    max: 300_000,
    fallback: null,
    sentence: 'How far the watermark must be past the deadline; 2000 when unset, 15000 with confirmed.',
  }),
  timerSettleTimeoutMs: integer('TIMER_SETTLE_TIMEOUT', {
    unit: 'ms',
    min: 5000,
    max: 3_600_000,
    fallback: 60_000,
    sentence: 'An alert is raised when settling takes longer.',
  }),
  timerMaxInstances: integer('TIMER_MAX_INSTANCES', {
    unit: 'timers',
    min: 1,
    max: 1000,
    fallback: 10,
    sentence: 'How many timers may exist.',
  }),
  heliusWebhookMode: flag('HELIUS_WEBHOOK_MODE', {
    fallback: false,
    sentence: 'Whether pushes of Helius are the trigger and polling is the slow proof.',
  }),
  heliusWebhookUrl: text('HELIUS_WEBHOOK_URL', {
    kind: 'http(s) URL',
    check: httpUrl,
    fallback: null,
    sentence: 'Public address of POST /api/webhook/helius.',
  }),
  heliusWebhookSecret: secret('HELIUS_WEBHOOK_SECRET', {
    kind: 'at least 8 characters',
    check: check.pattern(/^[\x21-\x7e]{8,512}$/, 'must be 8 to 512 printable characters without spaces'),
    sentence: 'What Helius must send as Authorization. Required in production with HELIUS_WEBHOOK_MODE.',
  }),
  adminSecret: secret('ADMIN_SECRET', {
    kind: 'printable characters without spaces, at least 16 in production',
    check: check.pattern(/^[\x21-\x7e]{1,512}$/, 'must be 1 to 512 printable characters without spaces'),
    sentence:
      'Bearer secret of administrators; made and printed at the first start when unset, required in production.',
  }),
  allowedOrigins: list('ALLOWED_ORIGINS', {
    kind: 'origins',
    isSecret: false,
    item: (part) => accept(part, check.origin(part)),
    sentence: 'Other origins whose pages may call the API; only the own one when unset.',
  }),
  embedAncestors: list('EMBED_ANCESTORS', {
    kind: "origins, 'self' or 'none'",
    isSecret: false,
    item: (part) =>
      part === 'self' || part === 'none' ? { value: `'${part}'` } : accept(part, check.origin(part)),
    sentence: 'Whose pages may show the overlay /embed/<timer> in a frame; those of anybody when unset.',
  }),
  trustProxy: {
    name: 'TRUST_PROXY',
    kind: 'false, true, a number of proxies, or addresses and subnets, comma separated',
    sentence: 'Which proxies may name the client in X-Forwarded-For.',
    fallback: false,
    fallbackText: 'false',
    isSecret: false,
    read: check.readTrustedProxies,
  } satisfies Variable<boolean | number | string>,
  rateLimitingEnabled: flag('RATE_LIMITING_ENABLED', {
    fallback: true,
    sentence: 'Whether clients are limited.',
  }),
  rateLimitMaxRequests: integer('RATE_LIMIT_MAX_REQUESTS', {
    unit: 'requests',
    min: 1,
    max: 1_000_000,
    fallback: 100,
    sentence: 'Points of one address in a sliding window; a plain request costs one.',
  }),
  rateLimitWindowMs: integer('RATE_LIMIT_WINDOW_MS', {
    unit: 'ms',
    min: 1000,
    max: 3_600_000,
    fallback: 60_000,
    sentence: 'Length of that window.',
  }),
  operationAllowListPath: text('OPERATION_ALLOW_LIST', {
    kind: 'path of a file',
    check: check.pattern(/^[^\0]{1,4096}$/, 'must be a path'),
    fallback: null,
    sentence: 'JSON list of the GraphQL operations that the public may run; any when unset.',
  }),
  ...outboundVariables,
  otelExporterOtlpEndpoint: secret('OTEL_EXPORTER_OTLP_ENDPOINT', {
    kind: 'http(s) URL',
    check: httpUrl,
    sentence: 'Where traces go; none are made when unset.',
  }),
} satisfies Record<string, Variable<unknown>>;

/** The fields of the schema as they were read, before what depends on other fields is filled in. */
export type Values = {
  readonly [Field in keyof typeof schema]: (typeof schema)[Field] extends Variable<infer Value>
    ? Value
    : never;
};

function accept(part: string, problem: string | null): Reading<string> {
  return problem === null ? { value: part } : { problem };
}

function hide(part: string, problem: string | null): Reading<Secret> {
  return problem === null ? { value: new Secret(part) } : { problem };
}
