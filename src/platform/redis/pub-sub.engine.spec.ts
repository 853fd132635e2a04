import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { PubSubEngine } from './pub-sub.engine';

describe('PubSubEngine', () => {
  it('tells a subscription that fails to whoever asked, and leaves no rejection that nobody hears', async () => {
    const redis = new Redis({ lazyConnect: true, port: 1, retryStrategy: null, enableOfflineQueue: false });
    redis.on('error', () => undefined);
    const engine = new PubSubEngine({ publisher: redis, subscriber: redis });
    await expect(engine.subscribe('channel', () => undefined)).rejects.toThrow("Stream isn't writeable");
    // a rejection that nobody has heard by the next turn fails this test
    await turn();
    await turn();
    redis.disconnect();
  });
});
