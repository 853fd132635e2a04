import { pictureOf } from './picture';
import type { Findings, Health } from './picture';

function findings(timer: Health, redis: Health): Findings {
  const well = { status: 'healthy' as const };
  return {
    timestamp: '2026-01-01T00:00:00.000Z',
    services: {
      timer: { status: timer },
      redis: { status: redis },
      postgres: well,
      solana: well,
      history: well,
    },
    environment: { nodeEnv: 'test' },
    instanceId: 'here',
    roles: ['api'],
    chain: { kind: 'off', note: null },
  };
}

describe('pictureOf', () => {
  it.each<[Health, Health, Health]>([
    ['healthy', 'healthy', 'healthy'],
    ['degraded', 'unhealthy', 'degraded'],
    ['healthy', 'unhealthy', 'degraded'],
    ['unhealthy', 'healthy', 'unhealthy'],
    ['unhealthy', 'unhealthy', 'unhealthy'],
  ])('with the timer %s and Redis %s is %s', (timer, redis, expected) => {
    expect(pictureOf(findings(timer, redis)).status).toBe(expected);
  });
});
