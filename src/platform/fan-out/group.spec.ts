import { Group } from './group';
import type { Keeping } from './group';
import { Member } from './member';
import type { Part, Sink } from './member';
import type { SharedStream, StreamReader } from './shared-stream';

/** A sink that takes everything, until it is told not to. */
class MemorySink implements Sink {
  written: string[] = [];
  isFull = false;
  private readonly waiting: ((err?: Error) => void)[] = [];

  get writableLength(): number {
    return this.isFull ? 1 : 0;
  }

  write(text: string, _encoding: 'latin1', done?: (err?: Error) => void): void {
    if (text !== '') this.written.push(text);
    if (done === undefined) return;
    if (this.isFull) this.waiting.push(done);
    else done();
  }

  flush(): void {
    this.isFull = false;
    for (const done of this.waiting.splice(0)) done();
  }

  /** It takes nothing any more, and says so. */
  break(): void {
    for (const done of this.waiting.splice(0)) done(new Error('destroyed'));
  }
}

class MemoryMember extends Member<number> {
  readonly sink = new MemorySink();
  isGone = false;

  frame(part: Part<number>): string {
    return `${part.text};`;
  }
  tooSlow(): void {
    this.isGone = true;
  }
  end(texts: readonly string[]): void {
    for (const text of texts) this.sink.write(text, 'latin1');
  }
  get seen(): string {
    return this.sink.written.join('');
  }
}

/** A stream in a test's hand. */
class MemoryStream implements SharedStream<number> {
  reader: StreamReader<number> | null = null;
  current: number | null = null;
  served: number[] = [];
  isReturned = false;

  send(item: number): void {
    this.current = item;
    this.reader?.item(item);
  }
  push(reader: StreamReader<number>): void {
    this.reader = reader;
  }
  present(): number | null {
    return this.current;
  }
  serves(readers: number): void {
    this.served.push(readers);
  }
  next(): Promise<IteratorResult<number>> {
    throw new Error('a group does not read the iterator');
  }
  return(): Promise<IteratorResult<number>> {
    this.isReturned = true;
    return Promise.resolve({ value: undefined, done: true });
  }
  [Symbol.asyncIterator](): this {
    return this;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function start(keeping: Keeping, count: number) {
  const made: number[] = [];
  let closed = 0;
  const group = new Group<number>({
    keeping,
    serialise: (item) => {
      made.push(item);
      if (item < 0) throw new Error('cannot be told');
      return String(item);
    },
    lastWords: (err) => [err === null ? 'end' : err.message],
    onClosed: () => (closed += 1),
  });
  const members = Array.from({ length: count }, () => new MemoryMember());
  for (const member of members) group.join(member);
  const stream = new MemoryStream();
  group.open(stream);
  return { group, members, stream, made, closedTimes: () => closed };
}

describe('a group that keeps the newest', () => {
  it('serialises once for all members', () => {
    const { members, stream, made } = start('newest', 3);
    stream.send(7);
    expect(members.map(({ seen }) => seen)).toEqual(['7;', '7;', '7;']);
    expect(made).toEqual([7]);
  });

  it('tells who comes late the present state, and those who come within 50 ms the same bytes', () => {
    jest.useFakeTimers();
    const { group, members, stream, made } = start('newest', 1);
    stream.send(7);
    jest.advanceTimersByTime(60);
    const late = [new MemoryMember(), new MemoryMember()];
    for (const member of late) group.join(member);
    expect([...members, ...late].map(({ seen }) => seen)).toEqual(['7;', '7;', '7;']);
    expect(made).toEqual([7, 7]);
    jest.useRealTimers();
  });

  it('gives a member that lags behind the newest when it has room again, and nothing twice', () => {
    const { members, stream } = start('newest', 2);
    const [slow, quick] = [members[0] ?? new MemoryMember(), members[1] ?? new MemoryMember()];
    slow.sink.isFull = true;
    for (const item of [1, 2, 3]) stream.send(item);
    expect([slow.seen, quick.seen]).toEqual(['', '1;2;3;']);
    slow.sink.flush();
    expect(slow.seen).toBe('3;');
    slow.sink.flush();
    stream.send(4);
    expect(slow.seen).toBe('3;4;');
  });

  it('gives nothing again to a member that was served before it was seen to have room', () => {
    jest.useFakeTimers();
    const { members, stream } = start('newest', 1);
    const [member = new MemoryMember()] = members;
    member.sink.isFull = true;
    stream.send(1);
    member.sink.isFull = false;
    stream.send(2);
    jest.advanceTimersByTime(60);
    member.sink.flush();
    expect(member.seen).toBe('2;');
    jest.useRealTimers();
  });

  it('asks a sink that is destroyed no more', () => {
    const { members, stream } = start('newest', 1);
    const [member = new MemoryMember()] = members;
    member.sink.isFull = true;
    stream.send(1);
    member.sink.break();
    stream.send(2);
    member.sink.flush();
    expect(member.seen).toBe('');
  });

  it('reaches every one of many members, those who join or leave meanwhile too', async () => {
    const { group, members, stream } = start('newest', 5_000);
    stream.send(1);
    for (const member of members.splice(1_000, 1_500)) group.leave(member);
    const joined = new MemoryMember();
    group.join(joined);
    stream.send(2);
    for (let turn = 0; turn < 40; turn += 1) await nextTurn();
    expect(new Set([...members, joined].map(({ seen }) => seen.slice(-2)))).toEqual(new Set(['2;']));
    expect(members.filter(({ seen }) => !/^(1;)?2;$/.test(seen))).toEqual([]);
  });

  it('tells the stream how many it serves', () => {
    const { group, members, stream } = start('newest', 2);
    group.leave(members[0] ?? new MemoryMember());
    group.join(new MemoryMember());
    expect(stream.served).toEqual([2, 1, 2]);
  });

  it('closes once with its last member, and stops the stream', () => {
    const { group, members, stream, closedTimes } = start('newest', 2);
    for (const member of [...members, ...members]) group.leave(member);
    expect([closedTimes(), stream.isReturned]).toEqual([1, true]);
  });

  it('tells every member the end, after the state that it is owed', () => {
    const { members, stream, closedTimes } = start('newest', 2);
    if (members[0] !== undefined) members[0].sink.isFull = true;
    stream.send(1);
    stream.reader?.end(null);
    expect(members.map(({ seen }) => seen)).toEqual(['1;end', '1;end']);
    expect(closedTimes()).toBe(1);
  });

  it('tells every member a failure of the stream, and of serialising', () => {
    const failing = start('newest', 2);
    failing.stream.reader?.end(new Error('away'));
    expect(failing.members.map(({ seen }) => seen)).toEqual(['away', 'away']);
    const untellable = start('newest', 2);
    untellable.stream.send(-1);
    expect(untellable.members.map(({ seen }) => seen)).toEqual(['cannot be told', 'cannot be told']);
  });

  it('stops a stream that opens after everybody has left', () => {
    const { group, members } = start('newest', 1);
    for (const member of members) group.leave(member);
    const late = new MemoryStream();
    group.open(late);
    expect(late.isReturned).toBe(true);
  });
});

describe('a group that keeps every part', () => {
  it('writes what came in one turn together, in order', async () => {
    const { members, stream } = start('every', 2);
    for (const item of [1, 2, 3]) stream.send(item);
    await nextTurn();
    stream.send(4);
    await nextTurn();
    expect(members.map(({ sink }) => sink.written)).toEqual([
      ['1;2;3;', '4;'],
      ['1;2;3;', '4;'],
    ]);
  });

  it('tells nothing to a member that came after it', async () => {
    const { group, stream } = start('every', 1);
    stream.send(1);
    const late = new MemoryMember();
    group.join(late);
    stream.send(2);
    await nextTurn();
    expect(late.seen).toBe('2;');
  });

  it('keeps what a slow member has not read, in order', async () => {
    const { members, stream } = start('every', 1);
    const [member = new MemoryMember()] = members;
    member.sink.isFull = true;
    for (const item of [1, 2, 3]) {
      stream.send(item);
      await nextTurn();
    }
    expect(member.seen).toBe('');
    member.sink.flush();
    stream.send(4);
    await nextTurn();
    expect(member.seen).toBe('1;2;3;4;');
  });

  it('parts with a member that leaves more than 1,000 unread', async () => {
    const { members, stream } = start('every', 2);
    const [slow = new MemoryMember(), quick = new MemoryMember()] = members;
    slow.sink.isFull = true;
    for (let item = 1; item <= 1_000; item += 1) stream.send(item);
    await nextTurn();
    expect(slow.isGone).toBe(false);
    stream.send(1_001);
    await nextTurn();
    expect([slow.isGone, slow.queue, quick.seen.endsWith('1001;')]).toEqual([true, null, true]);
    slow.sink.flush();
    expect(slow.seen).toBe('');
  });

  it('tells the end after everything else', async () => {
    const { members, stream } = start('every', 2);
    if (members[0] !== undefined) members[0].sink.isFull = true;
    stream.send(1);
    await nextTurn();
    stream.send(2);
    stream.reader?.end(null);
    expect(members.map(({ seen }) => seen)).toEqual(['1;2;end', '1;2;end']);
  });
});
