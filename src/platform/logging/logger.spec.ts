import { Secret } from '../../config/secret';
import { createLog, NestLogger } from './logger';
import type { Log } from './logger';
import { redactUrl } from './redact';

function capture(level: 'info' | 'debug' = 'info'): { log: Log; lines: string[]; last: () => unknown } {
  const lines: string[] = [];
  const log = createLog({ level, instance: 'a-1', destination: { write: (line) => void lines.push(line) } });
  return { log, lines, last: (): unknown => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('createLog', () => {
  it('writes one JSON object a line, with the message apart from the data', () => {
    const { log, last, lines } = capture();
    log.child({ room: 'timer' }).info({ revision: 7, slot: 1 }, 'timer reset');
    expect(lines).toHaveLength(1);
    expect(last()).toMatchObject({
      level: 'info',
      instance: 'a-1',
      room: 'timer',
      revision: 7,
      msg: 'timer reset',
    });
  });

  it.each([
    ['a value under the name of a secret', { adminSecret: 'hush' }],
    ['a nested authorization header', { headers: { authorization: 'Bearer hush' } }],
    ['a Secret', { given: new Secret('hush') }],
    ['a URL with a key as query value', { endpoint: 'https://rpc.example/?api-key=hush' }],
    ['a URL inside the message of an error', { err: new Error('connect redis://:hush@127.0.0.1:1 failed') }],
    ['a list of things', { clients: [{ password: 'hush' }] }],
  ])('never writes %s', (_, fields) => {
    const { log, lines } = capture();
    log.error(fields, 'connection failed');
    log.child(fields).info({}, 'connection failed');
    expect(lines.join('')).not.toContain('hush');
  });

  it('keeps what only sounds like a secret', () => {
    const { log, last } = capture();
    log.info({ fencingToken: 3, tokenAddress: 'So111' }, 'lease taken');
    expect(last()).toMatchObject({ fencingToken: 3, tokenAddress: 'So111' });
  });

  it('writes nothing below its level', () => {
    const { log, lines } = capture();
    log.debug({}, 'look made');
    expect(lines).toEqual([]);
  });
});

describe('NestLogger', () => {
  it('gives start-up lines as debug, with the context as room', () => {
    const { log, last } = capture('debug');
    new NestLogger(log).log('Mapped {/} route', 'RouterExplorer');
    expect(last()).toMatchObject({ level: 'debug', room: 'RouterExplorer', msg: 'Mapped {/} route' });
  });

  it('keeps an error and its stack', () => {
    const { log, last } = capture();
    new NestLogger(log).error(new Error('broken'), 'ExceptionsHandler');
    expect(last()).toMatchObject({ level: 'error', room: 'ExceptionsHandler', err: { message: 'broken' } });
  });
});

describe('redactUrl', () => {
  it.each([
    ['redis://user:hush@host:6379/0', 'redis://host:6379/0'],
    ['https://rpc.example/?api-key=hush&x=1', 'https://rpc.example/?api-key&x'],
    ['https://rpc.example/v1/0123456789abcdef0123/', 'https://rpc.example/v1/[secret]/'],
    ['not a url hush', '[secret]'],
  ])('makes %s fit to be shown', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});
