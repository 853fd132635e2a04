import { CredentialMemory } from './memory';

describe('CredentialMemory', () => {
  it('believes what was said for ten minutes, unless it is told to forget', () => {
    let nowMs = 0;
    const memory = new CredentialMemory<{ id: string }>(() => nowMs);
    memory.keep('hash', { id: 'one' });
    memory.keep('one', { id: 'one' });
    memory.keep('other', { id: 'two' });
    nowMs = 600_000;
    expect([memory.recall('hash'), memory.recall('nobody')]).toEqual([{ id: 'one' }, null]);
    memory.forget('one');
    expect([memory.recall('hash'), memory.recall('one'), memory.recall('other')]).toEqual([
      null,
      null,
      { id: 'two' },
    ]);
    nowMs = 600_001;
    expect(memory.recall('other')).toBeNull();
  });

  it('holds no more than a thousand, and drops what was kept first', () => {
    const memory = new CredentialMemory<{ id: string }>();
    for (let n = 0; n <= 1_000; n += 1) memory.keep(`${n}`, { id: `${n}` });
    expect([memory.recall('0'), memory.recall('1')]).toEqual([null, { id: '1' }]);
  });
});
