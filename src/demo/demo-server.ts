import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { DemoControl } from './demo-control';
import { DemoError } from './demo.errors';
import type { HttpAnswer } from './http-answer';
import { jsonAnswer } from './http-answer';

/** A server that listens. */
export interface DemoServer {
  readonly url: string;
  /** Ends it and every connection. */
  close(): Promise<void>;
}

/** Largest body that is read, in bytes. */
const MAX_BODY_BYTES = 1_000_000;

/**
 * Serves a demo chain on 127.0.0.1: JSON-RPC by POST to any path, its subscriptions by WebSocket, status and control
 * below `/demo`.
 *
 * @param port - 0 for a free one
 * @throws DEMO_LISTEN_FAILED where the port cannot be had
 */
export async function startDemoServer(control: DemoControl, port: number): Promise<DemoServer> {
  const server = createServer((request, response) => {
    serve(control, request, response).catch(() => {
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => control.sockets.accept(request, socket, head));
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (cause) {
    throw new DemoError('DEMO_LISTEN_FAILED', { port }, { cause });
  }
  return { url: `http://127.0.0.1:${String(portOf(server))}`, close: () => closeServer(server, control) };
}

async function serve(
  control: DemoControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const answer =
    body === null ? jsonAnswer(413, { error: 'the body is over 1 MB' }) : answerTo(control, request, body);
  if (answer === 'drop') response.destroy();
  else send(response, answer);
}

function answerTo(control: DemoControl, request: IncomingMessage, body: string): HttpAnswer | 'drop' {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname === '/demo' || pathname.startsWith('/demo/')) {
    return control.answerControl(`${request.method ?? 'GET'} ${pathname}`, parse(body));
  }
  return request.method === 'POST'
    ? control.answerRpc(parse(body))
    : jsonAnswer(405, { error: 'JSON-RPC is read by POST' });
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

/** Reads on to the end even where it is too much, so that the client is there for the answer. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  let [body, bytes] = ['', 0];
  request.setEncoding('utf8');
  for await (const chunk of request) {
    const text = String(chunk);
    bytes += Buffer.byteLength(text);
    if (bytes <= MAX_BODY_BYTES) body += text;
  }
  return bytes > MAX_BODY_BYTES ? null : body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

async function closeServer(server: Server, control: DemoControl): Promise<void> {
  control.sockets.close();
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
