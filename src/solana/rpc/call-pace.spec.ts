import { CallPace } from './call-pace';

describe('CallPace', () => {
  const stop = new AbortController();
  const turn = async (pace: CallPace): Promise<string> =>
    await pace.turn(stop.signal).then(
      () => 'sent',
      () => 'stopped',
    );

  it('lets one call go at a time, and the next when the rate allows it', async () => {
    let nowMs = 1_000;
    const pace = new CallPace(
      () => 10,
      () => nowMs,
    );
    expect(await turn(pace)).toBe('sent');
    nowMs += 100;
    expect(await turn(pace)).toBe('sent');
    const early = turn(pace);
    stop.abort();
    expect(await early).toBe('stopped');
  });

  it('holds nothing back without a rate', async () => {
    const pace = new CallPace(
      () => null,
      () => 0,
    );
    for (let call = 0; call < 100; call += 1) await pace.turn();
  });
});
