import { EventEmitter } from 'node:events';
import { Link } from './reach';

const TIMES = { askMs: 1_000, silentMs: 2_000, deadMs: 10_000 };

/** A connection in a test's hand. */
class MemoryClient extends EventEmitter {
  status = 'ready';
  isSilent = false;
  disconnects = 0;

  ping(): Promise<'PONG'> {
    return this.isSilent ? new Promise(() => undefined) : Promise.resolve('PONG');
  }
  disconnect(): void {
    this.disconnects += 1;
    this.status = 'reconnecting';
    this.emit('close');
  }
}

function watch(client: MemoryClient): { link: Link; turns: boolean[] } {
  const turns: boolean[] = [];
  const link = new Link(client, TIMES, () => turns.push(link.isUp));
  return { link, turns };
}

/** Checks each second, as the service does. */
async function pass(link: Link, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await jest.advanceTimersByTimeAsync(TIMES.askMs);
    link.check();
    await jest.advanceTimersByTimeAsync(0);
  }
}

describe('Link', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is up after an answer, not after a connection', async () => {
    const client = new MemoryClient();
    client.status = 'connecting';
    const { link, turns } = watch(client);
    client.status = 'ready';
    client.emit('ready');
    expect(link.isUp).toBe(false);
    await pass(link, 1);
    expect(turns).toEqual([true]);
  });

  it('is down as soon as the connection closes', async () => {
    const client = new MemoryClient();
    const { link, turns } = watch(client);
    await pass(link, 1);
    client.emit('close');
    expect(turns).toEqual([true, false]);
    expect(link.isUp).toBe(false);
  });

  it('is down when nothing is answered for two seconds, and up with the next answer', async () => {
    const client = new MemoryClient();
    const { link, turns } = watch(client);
    await pass(link, 1);
    client.isSilent = true;
    await pass(link, 2);
    expect(turns).toEqual([true]);
    await pass(link, 2);
    expect(turns).toEqual([true, false]);
    expect(client.disconnects).toBe(0);
  });

  it('makes a connection anew that stays silent', async () => {
    const client = new MemoryClient();
    const { link } = watch(client);
    await pass(link, 1);
    client.isSilent = true;
    await pass(link, 9);
    expect(client.disconnects).toBe(0);
    await pass(link, 3);
    expect(client.disconnects).toBe(1);
    Object.assign(client, { isSilent: false, status: 'ready' });
    client.emit('ready');
    await pass(link, 1);
    expect(link.isUp).toBe(true);
  });
});
