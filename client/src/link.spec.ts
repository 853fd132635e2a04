import { EventEmitter } from 'node:events';
import { backoffMs } from './backoff';
import { socketUrl } from './link';
import { problemOf } from './problem';
import { quietSocket } from './quiet-socket';

describe('socketUrl', () => {
  it.each([
    ['https://timer.example', 'wss://timer.example/graphql'],
    ['http://127.0.0.1:3000/', 'ws://127.0.0.1:3000/graphql'],
    ['https://one.example/timer', 'wss://one.example/timer/graphql'],
    ['wss://timer.example/graphql', 'wss://timer.example/graphql'],
  ])('of %s is %s', (address, url) => {
    expect(socketUrl(address)).toBe(url);
  });

  it('refuses what is no address', () => {
    expect(() => socketUrl('timer')).toThrow('Invalid URL');
  });
});

describe('backoffMs', () => {
  it.each([
    [0, 0, 250],
    [0, 1, 500],
    [3, 1, 4_000],
    [50, 1, 15_000],
    [50, 0, 7_500],
  ])('of attempt %i by chance %d is %d', (attempt, chance, expected) => {
    expect(backoffMs(attempt, () => chance)).toBe(expected);
  });
});

describe('problemOf', () => {
  it.each([
    [
      [{ message: 'slow down', extensions: { code: 'RATE_LIMITED', retryAfterMs: 900 } }],
      { code: 'RATE_LIMITED', message: 'slow down', retryAfterMs: 900 },
    ],
    [
      { code: 4_408, reason: 'time-out' },
      { code: 'CONNECTION', message: 'time-out', retryAfterMs: null },
    ],
    [undefined, { code: 'CONNECTION', message: 'the connection was lost', retryAfterMs: null }],
  ])('reads %j', (told, problem) => {
    expect(problemOf(told)).toEqual(problem);
  });
});

describe('quietSocket', () => {
  /** As the sockets of `ws` are: an error that nobody hears is thrown. */
  class NodeSocket extends EventEmitter {
    static readonly OPEN = 1;

    constructor(readonly address: string) {
      super();
    }

    addEventListener(name: string, listener: () => void): void {
      this.on(name, listener);
    }
  }

  it('makes the same sockets, whose errors are thrown at nobody', () => {
    expect(() => new NodeSocket('one').emit('error', new Error('given up'))).toThrow('given up');
    const Quiet = quietSocket(NodeSocket);
    expect(Quiet).toHaveProperty('OPEN', 1);
    const socket: unknown = typeof Quiet === 'function' ? Reflect.construct(Quiet, ['two']) : null;
    if (!(socket instanceof NodeSocket)) throw new Error('it is another socket');
    expect(socket.address).toBe('two');
    expect(() => socket.emit('error', new Error('given up'))).not.toThrow();
  });
});
