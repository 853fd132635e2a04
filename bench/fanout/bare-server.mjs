/*
 * The least that a Node process can do for subscribers: one Buffer, made once per message from Redis, written to every
 * socket. No GraphQL, no ids, no limits, no pings. What a real server costs above this is the price of what it does.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const sockets = new Set();

const server = createServer((request, response) => response.end());
server.on('upgrade', ({ headers }, socket) => {
  const accept = createHash('sha1')
    .update(headers['sec-websocket-key'] + GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  sockets.add(socket);
  socket.on('data', () => undefined);
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('close', () => sockets.delete(socket));
});

const subscriber = new Redis(process.env.REDIS_URL);
subscriber.on('message', (_channel, text) => {
  const payload = Buffer.from(text);
  const header = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  const frame = Buffer.concat([header, payload]);
  for (const socket of sockets) socket.write(frame);
});
await subscriber.subscribe('bare');
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.error(`ready ${server.address().port}`);
});
