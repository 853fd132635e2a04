import { Server } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { AuthService } from '../admin/auth.service';
import { MetricsService } from '../metrics/metrics.service';
import { Drain } from '../platform/drain/drain.service';
import { clientAddress } from '../platform/limits/client-address';
import type { TrustProxy } from '../platform/limits/client-address';
import { givenRequestId, nameRequest } from '../platform/logging/request-id';
import { OperationGate } from './operation-gate';
import { admit } from './socket/admit';
import { SocketEndpoint } from './socket/endpoint';
import { CloseCode } from './socket/frames';
import { acceptance, handshakeProblem, offersSubprotocol, refuse } from './socket/handshake';
import { Operations } from './socket/operations';
import { SocketMetrics } from './socket/socket.metrics';
import type { Refusal } from './socket/socket.metrics';

/** Where GraphQL is served, over HTTP and over sockets. */
export const GRAPHQL_PATH = '/graphql';

/** Sockets of one address; enough for a school or an office behind one. */
const MAX_PER_ADDRESS = 1_000;

/** What happens to a request for a socket. */
type Verdict = { readonly address: string } | { readonly refusal: Refusal; readonly status: string };

/** GraphQL over sockets, subprotocol graphql-transport-ws; also closes them when the instance stops. */
@Injectable()
export class SocketServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('graphql');
  private http: Server | null = null;
  private endpoint: SocketEndpoint | null = null;
  private metrics: SocketMetrics | null = null;

  constructor(
    private readonly schema: GraphQLSchemaHost,
    private readonly host: HttpAdapterHost,
    private readonly auth: AuthService,
    private readonly registry: MetricsService,
    private readonly gate: OperationGate,
  ) {}

  onApplicationBootstrap(): void {
    const http: unknown = this.host.httpAdapter.getHttpServer();
    if (!(http instanceof Server)) return;
    const operations = new Operations(this.schema.schema, this.gate);
    const endpoint = new SocketEndpoint({
      operations,
      admit: ({ authorization }, address) =>
        admit(this.auth, authorization, { address, userAgent: null, transport: 'socket' }),
      maxPerAddress: () => (this.gate.isLimiting ? MAX_PER_ADDRESS : Infinity),
      dropped: (code) => this.metrics?.drop(code),
    });
    this.metrics = new SocketMetrics(this.registry.registry, () => ({
      connections: endpoint.size,
      members: operations.hub.members,
      groups: operations.hub.size,
      documents: operations.documents.size,
      bufferedBytes: endpoint.bufferedBytes,
    }));
    this.endpoint = endpoint;
    this.http = http;
    http.on('upgrade', this.upgrade);
  }

  /** Refuses new sockets and sends those that are open away, spread over `periodMs`. */
  async drain(periodMs: number): Promise<void> {
    await this.endpoint?.drain(periodMs);
  }

  async onModuleDestroy(): Promise<void> {
    // whoever asks from now on is refused, not left waiting
    await this.endpoint?.close();
    this.http?.off('upgrade', this.upgrade);
  }

  private readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { endpoint } = this;
    if (endpoint === null) return;
    // a client that resets while it is refused must not end the process
    const ignore = (): void => void socket.destroy();
    socket.on('error', ignore);
    const verdict = this.judge(request, endpoint);
    if ('refusal' in verdict) {
      this.metrics?.refuse(verdict.refusal);
      refuse(socket, verdict.status);
      return;
    }
    if (socket instanceof Socket) socket.setTimeout(0);
    socket.write(acceptance(request), 'latin1');
    const theirs = socket.listeners('close');
    const connection = endpoint.take(socket, verdict.address, head, givenRequestId(request, this.trusts()));
    takeFromHttp(socket, theirs);
    socket.off('error', ignore);
    if (!offersSubprotocol(request))
      connection.close(CloseCode.subprotocolNotAcceptable, 'Subprotocol not acceptable');
  };

  private judge(request: IncomingMessage, endpoint: SocketEndpoint): Verdict {
    if ((request.url ?? '').split('?')[0] !== GRAPHQL_PATH)
      return { refusal: 'path', status: '404 Not Found' };
    if (!this.gate.takesOrigin(request)) {
      const requestId = nameRequest(request, this.trusts());
      this.log.warn({ message: 'socket refused', requestId, origin: request.headers.origin });
      return { refusal: 'origin', status: '403 Forbidden' };
    }
    const problem = handshakeProblem(request);
    if (problem !== null) return { refusal: 'handshake', status: problem };
    if (endpoint.isClosed) return { refusal: 'stopping', status: '503 Service Unavailable' };
    const address = clientAddress(request, this.trusts());
    if (!endpoint.hasRoomFor(address)) return { refusal: 'address_limit', status: '429 Too Many Requests' };
    if (!this.gate.takesSocket(address)) return { refusal: 'rate_limit', status: '429 Too Many Requests' };
    return { address };
  }

  private trusts(): TrustProxy {
    return this.host.httpAdapter.getInstance<{ get(name: string): TrustProxy }>().get('trust proxy fn');
  }
}

/**
 * Tells whoever keeps account of the HTTP server's sockets that this one is theirs no more: they neither close it when the
 * server stops, nor does it cost what they remember of it.
 *
 * @param theirs - their listeners for its end; ours has to be on it by now, since a socket's last listener is dear to remove
 */
function takeFromHttp(socket: Duplex, theirs: ReturnType<Duplex['listeners']>): void {
  const off = socket.off.bind(socket);
  for (const listener of theirs) {
    Reflect.apply(off, socket, ['close', listener]);
    Reflect.apply(listener, socket, [false]);
  }
}

/** Hands the sockets over before the instance stops. */
@Injectable()
export class SocketDrain {
  constructor(drain: Drain, sockets: SocketServer) {
    drain.add('sockets', (periodMs) => sockets.drain(periodMs));
  }
}
