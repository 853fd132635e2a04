import { Logger, NotFoundException } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { AppError } from '../platform/app-error';
import { badInput, PublicError } from '../platform/public-error';
import { formatGraphqlError, formatThrown } from './errors';

const thrown = (originalError: Error): GraphQLFormattedError =>
  formatGraphqlError(new GraphQLError(originalError.message, { originalError, path: ['timer'] }));

describe('formatGraphqlError', () => {
  beforeEach(() => {
    Logger.overrideLogger(false);
  });

  it('tells a public error as it is', () => {
    expect(thrown(new PublicError('RATE_LIMITED', 'too many requests', { retryAfterMs: 250 }))).toEqual({
      message: 'too many requests',
      path: ['timer'],
      extensions: { code: 'RATE_LIMITED', retryAfterMs: 250 },
    });
    expect(thrown(badInput([{ path: 'input.id', message: 'must match' }])).extensions).toEqual({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.id', message: 'must match' }],
    });
  });

  it.each([
    ['a refused cursor', new AppError('HISTORY_CURSOR_INVALID'), 'BAD_USER_INPUT'],
    ['an unknown state', new AppError('TIMER_STATE_MISSING'), 'SERVICE_UNAVAILABLE'],
    [
      'a lost store',
      new AppError('HISTORY_STORE_FAILED', { list: 'trade' }, { cause: new Error('sql') }),
      'SERVICE_UNAVAILABLE',
    ],
    [
      'a lost connection',
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
      'SERVICE_UNAVAILABLE',
    ],
    ['a refusal of Nest', new NotFoundException('nothing here'), 'NOT_FOUND'],
  ])('maps %s', (_, err, code) => {
    const formatted = thrown(err);
    expect(formatted.extensions?.['code']).toBe(code);
    expect(JSON.stringify(formatted)).not.toMatch(/sql|127\.0\.0\.1/);
  });

  it.each([
    ['an error', new Error('password=hunter2 at db.internal')],
    ['an application error', new AppError('TIMER_STATE_MALFORMED', { secret: 'hunter2' })],
    ['a type error', new TypeError("Cannot read properties of undefined (reading 'hunter2')")],
  ])('hides %s behind a request id', (_, err) => {
    const formatted = thrown(err);
    expect(formatted).toEqual({
      message: 'internal error',
      path: ['timer'],
      extensions: { code: 'INTERNAL', requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
    });
  });

  it('hides a resolver that gave something the schema cannot send', () => {
    const broken = new GraphQLError('Cannot return null for non-nullable field Timer.id.', {
      path: ['timer', 'id'],
    });
    expect(formatGraphqlError(broken).extensions?.['code']).toBe('INTERNAL');
  });

  it.each([
    [
      'Variable "$input" got invalid value "x" at "input.tokenAddress"; Expected type "PublicKey".',
      'input.tokenAddress',
    ],
    ['Variable "$id" of required type "ID!" was not provided.', 'id'],
  ])('names the field of %s', (message, path) => {
    const { extensions } = formatGraphqlError(new GraphQLError(message));
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path }] });
  });

  it('takes anything that was thrown', () => {
    expect(formatThrown('text').extensions?.['code']).toBe('INTERNAL');
  });
});
