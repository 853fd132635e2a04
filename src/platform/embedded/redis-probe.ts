import { Redis } from 'ioredis';

/** What a Redis says about itself; `refused` when something answers there that does not take our password. */
export type RedisAnswer = { readonly pid: number } | 'refused';

/**
 * Asks the server behind `url` once for its process id.
 *
 * @returns null while it is not there or still reads its data
 */
export async function askRedis(url: string): Promise<RedisAnswer | null> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
    connectTimeout: 2000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const info = await client.info('server');
    const pid = Number(/^process_id:(\d+)/m.exec(info)?.[1]);
    // INFO also answers while the append-only file is read, other commands do not
    await client.ping();
    return { pid };
  } catch (error) {
    return /WRONGPASS|NOAUTH|no password/i.test(String(error)) ? 'refused' : null;
  } finally {
    client.disconnect();
  }
}
