import { InboxProgress } from './inbox-progress';

describe('InboxProgress', () => {
  let progress: InboxProgress;
  const heard: string[] = [];
  const wait = (name: string): void => void progress.caughtUp().then(() => heard.push(name));
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    progress = new InboxProgress();
    heard.length = 0;
  });

  it('keeps nobody waiting while the reader waits itself', async () => {
    wait('at once');
    await settled();
    expect(heard).toEqual(['at once']);
  });

  it('keeps who comes while bodies are judged until the read after them is judged too', async () => {
    progress.began();
    wait('early');
    progress.reached();
    await settled();
    expect(heard).toEqual([]);
    progress.began();
    wait('late');
    progress.reached();
    await settled();
    expect(heard).toEqual(['early']);
    progress.began();
    progress.reached();
    await settled();
    expect(heard).toEqual(['early', 'late']);
  });

  it('lets everybody go once nothing more is found', async () => {
    progress.began();
    wait('one');
    wait('two');
    progress.reached();
    progress.idle();
    await settled();
    expect(heard).toEqual(['one', 'two']);
  });
});
