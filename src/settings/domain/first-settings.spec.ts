import { parseEnv } from '../../config/env';
import { differencesOf, firstSettings } from './first-settings';

const inForce = firstSettings(parseEnv({}).env);

describe('firstSettings', () => {
  it('are what the variables say', () => {
    const { env } = parseEnv({
      SOLANA_POLLING_INTERVAL: '3000',
      HELIUS_WEBHOOK_MODE: 'true',
      CHAIN_READING_ENABLED: 'false',
      RATE_LIMITING_ENABLED: 'false',
      RATE_LIMIT_MAX_REQUESTS: '7',
      RATE_LIMIT_WINDOW_MS: '8000',
    });
    expect(firstSettings(env)).toMatchObject({
      monitoring: { fixedIntervalMs: 3_000, isReadingEnabled: false, sources: { webhook: true } },
      limits: { isEnabled: false, maxRequests: 7, windowMs: 8_000 },
    });
  });
});

describe('differencesOf', () => {
  it.each([
    ['CHAIN_READING_ENABLED', 'false', 'monitoring.isReadingEnabled', false, true],
    ['SOLANA_POLLING_INTERVAL', '3000', 'monitoring.fixedIntervalMs', 3_000, null],
    ['HELIUS_WEBHOOK_MODE', 'true', 'monitoring.sources.webhook', true, false],
    ['RATE_LIMITING_ENABLED', 'false', 'limits.isEnabled', false, true],
    ['RATE_LIMIT_MAX_REQUESTS', '7', 'limits.maxRequests', 7, 100],
    ['RATE_LIMIT_WINDOW_MS', '8000', 'limits.windowMs', 8_000, 60_000],
  ])('tells that %s=%s is not what is in force', (variable, text, path, environment, setting) => {
    const { env } = parseEnv({ [variable]: text });
    expect(differencesOf(env, inForce)).toEqual([{ variable, path, environment, setting }]);
    expect(differencesOf(env, firstSettings(env))).toEqual([]);
  });

  it('says nothing of variables that are unset, whatever is in force', () => {
    const changed = { ...inForce, limits: { ...inForce.limits, maxRequests: 5 } };
    expect(differencesOf(parseEnv({}).env, changed)).toEqual([]);
    expect(differencesOf(parseEnv({ RATE_LIMIT_MAX_REQUESTS: ' ' }).env, changed)).toEqual([]);
  });
});
