import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError, parseEnv } from './env';
import { renderEnvExample } from './env.example';

type Source = Record<string, string | undefined>;

const production: Source = {
  NODE_ENV: 'production',
  REDIS_URL: 'redis://:hush@redis:6379',
  DATABASE_URL: 'postgres://app:hush@postgres:5432/darwin',
  ADMIN_SECRET: 'sixteen-letters!',
  HELIUS_API_KEY: 'key-of-a-project',
};

function problemsOf(source: Source): ConfigError {
  try {
    parseEnv(source);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

const badNames = (source: Source): string[] => problemsOf(source).problems.map(({ name }) => name);

describe('parseEnv', () => {
  it('needs nothing outside production', () => {
    const { env, warnings } = parseEnv({});
    expect(warnings).toEqual([]);
    expect(env).toMatchObject({
      nodeEnv: 'development',
      port: 3000,
      roles: ['api', 'watcher', 'historian'],
      redisUrl: null,
      redisKeyPrefix: 'darwin-timer',
      timerDefaultDurationMs: 600_000,
      redisTimerTtlSec: 3600,
      solanaRpcEndpoints: [],
      trustProxy: false,
      dataDir: '.data',
    });
  });

  it('freezes what it returns', () => {
    const { env } = parseEnv({ SOLANA_RPC_ENDPOINTS: 'https://a.example' });
    expect([env, env.roles, env.solanaRpcEndpoints].map((value) => Object.isFrozen(value))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('makes a new instance name at each start unless one is given', () => {
    expect(parseEnv({}).env.instanceId).not.toBe(parseEnv({}).env.instanceId);
    expect(parseEnv({ INSTANCE_ID: 'pod-1' }).env.instanceId).toBe('pod-1');
  });

  it('takes an empty text as unset', () => {
    expect(parseEnv({ PORT: '', ADMIN_SECRET: ' ' }).env).toMatchObject({ port: 3000, adminSecret: null });
  });

  it.each([
    [{}, 2000],
    [{ TIMER_SETTLE_COMMITMENT: 'confirmed' }, 15_000],
    [{ TIMER_SETTLE_COMMITMENT: 'confirmed', TIMER_SETTLE_MARGIN: '0' }, 0],
  ])('takes the settle margin that fits the commitment: %j gives %d ms', (source: Source, marginMs) => {
    expect(parseEnv(source).env.timerSettleMarginMs).toBe(marginMs);
  });

  it('reads lists in the order given, without blanks', () => {
    const { env } = parseEnv({
      SOLANA_RPC_ENDPOINTS: ' https://b.example/?api-key=k , http://127.0.0.1:8899,',
    });
    expect(env.solanaRpcEndpoints.map((endpoint) => endpoint.reveal())).toEqual([
      'https://b.example/?api-key=k',
      'http://127.0.0.1:8899',
    ]);
  });

  it.each([
    ['true', true],
    ['2', 2],
    ['loopback, 10.0.0.0/8', 'loopback,10.0.0.0/8'],
  ])('reads TRUST_PROXY=%s as Express needs it', (text, value) => {
    expect(parseEnv({ TRUST_PROXY: text }).env.trustProxy).toBe(value);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '3e3'],
    ['NODE_ENV', 'prod'],
    ['ROLES', 'api,writer'],
    ['ROLES', ','],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_KEY_PREFIX', '{tag}'],
    ['DATABASE_URL', 'mysql://app@host/db'],
    ['SOLANA_RPC_ENDPOINTS', 'https://a.example,ftp://b.example'],
    ['SOLANA_POLLING_INTERVAL', '999'],
    ['TOKEN_ADDRESS', '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBa'],
    ['TOKEN_ADDRESS', '0VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p'],
    ['TIMER_DEFAULT_DURATION', '3600001'],
    ['TIMER_SETTLE_COMMITMENT', 'processed'],
    ['RATE_LIMITING_ENABLED', 'maybe'],
    ['ALLOWED_ORIGINS', 'https://a.example/path'],
    ['EMBED_ANCESTORS', 'https://a.example/path'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TIMER_DEFALT_DURATION', '1000'],
    ['HELIUS_APIKEY', 'k'],
    ['RATE_LIMIT_MAX', '3'],
    ['REDIS_PORT', '6379'],
  ])('refuses %s=%s by name', (name, text) => {
    expect(badNames({ [name]: text })).toEqual([name]);
  });

  it.each(['11111111111111111111111111111111', 'So11111111111111111111111111111111111111112'])(
    'takes the key %s, whatever its length as text',
    (key) => {
      expect(parseEnv({ TOKEN_ADDRESS: key }).env.tokenAddress).toBe(key);
    },
  );

  it('reports all problems at once and no value', () => {
    const error = problemsOf({
      PORT: 'nineteen',
      REDIS_URL: 'hushhush',
      TIMER_X: 'hushhush',
      ADMIN_SECRET: 'hush hush',
    });
    expect(error.problems.map(({ name }) => name).sort()).toEqual([
      'ADMIN_SECRET',
      'PORT',
      'REDIS_URL',
      'TIMER_X',
    ]);
    expect(error.message).toMatch(/PORT .*\n.*REDIS_URL|REDIS_URL .*\n.*PORT/s);
    expect(`${error.message}${inspect(error)}${JSON.stringify(error)}`).not.toMatch(/nineteen|hush/);
  });

  it('does not mind what Kubernetes adds for a Service called redis', () => {
    const source = {
      REDIS_PORT: 'tcp://10.0.0.7:6379',
      REDIS_SERVICE_HOST: '10.0.0.7',
      REDIS_SERVICE_PORT: '6379',
      REDIS_PORT_6379_TCP_ADDR: '10.0.0.7',
    };
    expect(() => parseEnv(source)).not.toThrow();
  });

  it('ignores variables of older deployments with one warning each', () => {
    const { warnings } = parseEnv({ NEXT_PUBLIC_HELIUS_API_KEY: 'hush', NEXTAUTH_SECRET: 'hush' });
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual([
      'NEXT_PUBLIC_HELIUS_API_KEY',
      'NEXTAUTH_SECRET',
    ]);
    expect(warnings.join()).not.toContain('hush');
  });

  it('says what a fixed polling interval costs a day', () => {
    expect(parseEnv({ SOLANA_POLLING_INTERVAL: '2000' }).warnings).toEqual([
      expect.stringContaining('43200 credits a day'),
    ]);
  });
});

describe('parseEnv in production', () => {
  it('takes an environment that has all it needs', () => {
    expect(parseEnv(production).env.nodeEnv).toBe('production');
  });

  it.each(['REDIS_URL', 'DATABASE_URL', 'ADMIN_SECRET'])('stops without %s', (name) => {
    expect(badNames({ ...production, [name]: undefined })).toEqual([name]);
  });

  it('stops with an admin secret of 15 characters', () => {
    expect(badNames({ ...production, ADMIN_SECRET: 'fifteen-letters' })).toEqual(['ADMIN_SECRET']);
  });

  it('stops without a way to the chain, unless chain reading is off', () => {
    const source = { ...production, HELIUS_API_KEY: undefined };
    expect(badNames(source)).toEqual(['SOLANA_RPC_ENDPOINTS']);
    expect(parseEnv({ ...source, CHAIN_READING_ENABLED: 'false' }).env.chainReadingEnabled).toBe(false);
    expect(
      parseEnv({ ...source, SOLANA_RPC_ENDPOINTS: 'https://a.example' }).env.solanaRpcEndpoints,
    ).toHaveLength(1);
  });

  it('stops in webhook mode without the secret that Helius must send', () => {
    expect(badNames({ ...production, HELIUS_WEBHOOK_MODE: 'true' })).toEqual(['HELIUS_WEBHOOK_SECRET']);
  });

  it('shows no secret of a whole environment', () => {
    const { env } = parseEnv({
      ...production,
      SOLANA_RPC_ENDPOINTS: 'https://a.example/hush',
      HELIUS_API_KEY: 'hush',
    });
    const shown = `${inspect(env, { depth: 5 })}${JSON.stringify(env)}${String(env.redisUrl)}`;
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain('hush');
    expect(env.redisUrl?.reveal()).toBe('redis://:hush@redis:6379');
  });
});

describe('.env.example', () => {
  it('is what the schema says (npm run env:write)', () => {
    expect(readFileSync(join(__dirname, '../../.env.example'), 'utf8')).toBe(renderEnvExample());
  });
});
