import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { clientAddress } from './client-address';
import type { TrustProxy } from './client-address';

function requestFrom(address: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

describe('clientAddress', () => {
  const nobody: TrustProxy = () => false;
  const oneHop: TrustProxy = (_, hop) => hop < 1;
  const everybody: TrustProxy = () => true;

  it.each<[string, string | undefined, TrustProxy, string]>([
    ['believes no header where no proxy is trusted', '6.6.6.6', nobody, '10.0.0.1'],
    ['takes what the one trusted proxy names', '6.6.6.6, 7.7.7.7', oneHop, '7.7.7.7'],
    ['takes the first where all are trusted', '6.6.6.6, 7.7.7.7', everybody, '6.6.6.6'],
    ['takes the peer where nothing is named', undefined, everybody, '10.0.0.1'],
    ['stops at an empty entry', '6.6.6.6,,7.7.7.7', everybody, '7.7.7.7'],
  ])('%s', (_, forwarded, trusts, expected) => {
    expect(clientAddress(requestFrom('10.0.0.1', forwarded), trusts)).toBe(expected);
  });
});
