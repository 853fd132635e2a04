import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The only subprotocol that is spoken. */
export const SUBPROTOCOL = 'graphql-transport-ws';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** Why a request cannot become a socket, as an HTTP status line; null where it can. @see RFC 6455, 4.2.1 */
export function handshakeProblem(request: Pick<IncomingMessage, 'method' | 'headers'>): string | null {
  const { headers, method } = request;
  if (method !== 'GET') return '405 Method Not Allowed';
  if (headers.upgrade?.toLowerCase() !== 'websocket') return '400 Bad Request';
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) return '400 Bad Request';
  return headers['sec-websocket-version'] === '13' ? null : '426 Upgrade Required';
}

/** Whether the client offers our subprotocol; a socket without it is closed with 4406. */
export function offersSubprotocol({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}

/** The answer that makes a socket of a request without problem. */
export function acceptance(request: Pick<IncomingMessage, 'headers'>): string {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = hash('sha1', key + GUID, 'base64');
  const protocol = offersSubprotocol(request) ? `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n` : '';
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n${protocol}\r\n`
  );
}

/** Answers an upgrade that is refused, and closes. */
export function refuse(socket: Duplex, status: string): void {
  const version = status.startsWith('426') ? 'Sec-WebSocket-Version: 13\r\n' : '';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${version}\r\n`);
}
