import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { givenRequestId, nameRequest, requestIdOf } from './request-id';

const MADE = /^[\da-f-]{36}$/;
const request = (id?: string): Pick<IncomingMessage, 'headers' | 'socket'> => ({
  headers: id === undefined ? {} : { 'x-request-id': id },
  socket: new Socket(),
});
const trusted = (): boolean => true;
const foreign = (): boolean => false;

describe('nameRequest', () => {
  it('takes the name that a trusted proxy gave, and nobody else', () => {
    expect(nameRequest(request('abc.1:2_3-4'), trusted)).toBe('abc.1:2_3-4');
    expect(nameRequest(request('abc.1:2_3-4'), foreign)).toMatch(MADE);
    expect(givenRequestId(request('abc.1:2_3-4'), foreign)).toBeNull();
  });

  it.each(['', 'x'.repeat(65), 'a b', '{"a":1}', 'a\nb', 'é'])('makes one in the place of %j', (bad) => {
    expect(nameRequest(request(bad), trusted)).toMatch(MADE);
  });

  it('is remembered for the request', () => {
    const one = request();
    const name = nameRequest(one, trusted);
    expect(requestIdOf(one)).toBe(name);
    const unnamed = request();
    expect(requestIdOf(unnamed)).toBe(requestIdOf(unnamed));
    expect(requestIdOf(unnamed)).not.toBe(name);
  });
});
