import { Test } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module';
import { parseEnv } from '../../src/config/env';
import { HistoryModule } from '../../src/history/history.module';
import { HistoryService } from '../../src/history/history.service';
import { PlatformModule } from '../../src/platform/platform.module';
import { RedisService } from '../../src/platform/redis/redis.service';
import { timerKeys, timersKey } from '../../src/timer/domain/timer.keys';
import { until } from '../support/history-bench';
import { tradeRecord } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const expectNoOpenHandles = watchOpenHandles();

afterAll(async () => {
  await expectNoOpenHandles();
});

/** The room as the application starts it. */
async function start(urls: Record<string, string>, roles: string) {
  const { env } = parseEnv({ ...urls, ROLES: roles });
  const module = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(env), PlatformModule, HistoryModule],
  }).compile();
  module.useLogger(false);
  return await module.init();
}

describe('HistoryModule', () => {
  it('writes on an instance with the role and reads on one without, and both close', async () => {
    await using redis = await testRedis();
    await using database = await testDatabase();
    const urls = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    const writing = await start(urls, 'historian');
    const reading = await start(urls, 'api');
    const { events } = timerKeys(redis.keyPrefix, 'global');
    const { commands } = writing.get(RedisService);
    await commands.sadd(timersKey(redis.keyPrefix), 'global');
    await commands.xadd(events, '*', 'change', JSON.stringify(tradeRecord(1)));

    const history = reading.get(HistoryService);
    await until('the trade is in history', async () => (await history.trades('global')).edges.length === 1);
    await expect(history.status()).resolves.toMatchObject({ isRunning: false, isHealthy: true });
    const status = await writing.get(HistoryService).status();
    expect(status).toMatchObject({ isRunning: true, isHealthy: true, mismatches: 0 });
    await Promise.all([writing.close(), reading.close()]);
    expect((await writing.get(HistoryService).status()).isRunning).toBe(false);
  });
});
