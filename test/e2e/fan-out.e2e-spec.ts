import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { eventually } from '../support/eventually';
import type { Instance } from '../support/instance';
import { SECRET } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();
const STATES = 'subscription { timerUpdated { epoch revision deadline serverTime } }';

describe('many viewers of the built service', () => {
  let world: World | undefined;
  const instances: Instance[] = [];

  beforeAll(async () => {
    world = await World.start();
    for (const INSTANCE_ID of ['one', 'two']) instances.push(await world.instance({ INSTANCE_ID }));
  }, 60_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const hostOf = (instance: Instance): string => new URL(instance.url).host;

  async function follow(instance: Instance, count: number): Promise<RawSocket[]> {
    const sockets = await Promise.all(Array.from({ length: count }, () => RawSocket.ready(hostOf(instance))));
    for (const socket of sockets) {
      socket.subscribe('1', STATES);
      await socket.next();
    }
    return sockets;
  }

  /** Each state once, without the time at which it was told. */
  const statesOf = ({ messages }: RawSocket): string[] => [
    ...new Set(
      messages
        .filter(({ type }) => type === 'next')
        .map(({ payload }) => JSON.stringify(payload).replace(/"serverTime":\d+/, '')),
    ),
  ];

  it('see the same sequence on two instances, the last state included', async () => {
    const [one, two] = instances;
    if (one === undefined || two === undefined) throw new Error('two instances are needed');
    const sockets = [...(await follow(one, 50)), ...(await follow(two, 50))];
    for (let count = 0; count < 5; count += 1) {
      const before = await one.timer();
      const answer = await one.graphql('mutation { resetTimer { timer { revision } } }', {}, SECRET);
      expect(answer.errors).toBeUndefined();
      // each change is told before the next, so that none is left out for the newest
      await eventually(
        () => sockets.map((socket) => statesOf(socket).at(-1) ?? ''),
        (last) =>
          last.every((state) => state === last[0] && !state.includes(`"revision":${before.revision},`)),
      );
    }
    const sequences = sockets.map((socket) => statesOf(socket).slice(-5).join('\n'));
    expect(new Set(sequences).size).toBe(1);
    for (const socket of sockets) await socket.close();
  });

  it('are told to go on elsewhere when an instance stops, which takes it no time', async () => {
    const instance = instances[1];
    if (instance === undefined) throw new Error('there is no instance');
    const sockets = await follow(instance, 200);
    const stream = await new Promise<IncomingMessage>((resolve) => {
      request(`${instance.url}/api/timer/stream`, resolve).end();
    });
    const streamEnded = new Promise((resolve) => stream.resume().once('end', resolve));
    const startedAt = performance.now();
    expect(await instance.end('SIGTERM')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const codes = await Promise.all(sockets.map(async (socket) => (await socket.ended).code));
    expect(new Set(codes)).toEqual(new Set([1001]));
    await streamEnded;
  });
});
