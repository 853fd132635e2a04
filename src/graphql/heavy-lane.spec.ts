import { HeavyLane } from './heavy-lane';

const PATIENT_MS = 60_000;

describe('HeavyLane', () => {
  let lane: HeavyLane;
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const begin = (client: string, name: string): void =>
    void lane.enter(client, PATIENT_MS).then((over) => {
      running.push(name);
      ends.set(name, over);
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await settled();
  };

  beforeEach(() => {
    lane = new HeavyLane();
    running.length = 0;
    ends.clear();
  });

  it('lets one operation run at a time, and clients take turns', async () => {
    begin('a', 'a1');
    begin('a', 'a2');
    begin('a', 'a3');
    begin('b', 'b1');
    await settled();
    expect(running).toEqual(['a1']);
    await end('a1');
    await end('a2');
    expect(running).toEqual(['a1', 'a2', 'b1']);
    await end('b1');
    expect(running).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('ends a turn but once', async () => {
    begin('a', 'a1');
    begin('b', 'b1');
    begin('c', 'c1');
    await settled();
    await end('a1');
    await end('a1');
    expect(running).toEqual(['a1', 'b1']);
    await end('b1');
    await end('c1');
    expect(running).toEqual(['a1', 'b1', 'c1']);
  });

  it('is free again when nobody waits', async () => {
    begin('a', 'a1');
    await settled();
    await end('a1');
    begin('b', 'b1');
    await settled();
    expect(running).toEqual(['a1', 'b1']);
  });

  it('refuses the fifth that a client would have waiting, and nobody else', async () => {
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) begin('a', name);
    await expect(lane.enter('a', PATIENT_MS)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    begin('b', 'b1');
    await settled();
    for (const name of ['a1', 'a2', 'b1', 'a3', 'a4', 'a5']) await end(name);
    expect(running).toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'a5']);
  });

  it('gives up who waits too long, and goes on with the others', async () => {
    begin('a', 'a1');
    await settled();
    await expect(lane.enter('b', 10)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    begin('c', 'c1');
    await end('a1');
    expect(running).toEqual(['a1', 'c1']);
    await end('c1');
    begin('d', 'd1');
    await settled();
    expect(running).toEqual(['a1', 'c1', 'd1']);
  });
});
