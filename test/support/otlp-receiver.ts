import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { text } from 'node:stream/consumers';

/** A span as it was sent. */
export interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it begins a trace. */
  readonly parentSpanId: string;
  /** `service.instance.id` of the process that sent it. */
  readonly instance: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<SentSpan, 'instance' | 'facts' | 'parentSpanId'> & {
        readonly parentSpanId?: string;
        readonly attributes: readonly Attribute[];
      })[];
    }[];
  }[];
}

/** Takes traces by OTLP over HTTP, in its JSON form. */
export class OtlpReceiver implements AsyncDisposable {
  readonly spans: SentSpan[] = [];
  /** Everything that was sent, as it was sent. */
  received = '';

  private constructor(private readonly server: Server) {}

  /** Listens on a free loopback port. */
  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const isTraces = request.method === 'POST' && request.url === '/v1/traces';
        if (isTraces) receiver.take(body);
        response.writeHead(isTraces ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Spans of one trace by their names. */
  trace(traceId: string | undefined): SentSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private take(body: string): void {
    this.received += body;
    const { resourceSpans }: Body = JSON.parse(body);
    for (const { resource, scopeSpans } of resourceSpans) {
      const instance = String(factsOf(resource.attributes)['service.instance.id']);
      for (const { name, traceId, spanId, parentSpanId = '', attributes } of scopeSpans.flatMap(
        ({ spans }) => spans,
      )) {
        this.spans.push({ name, traceId, spanId, parentSpanId, instance, facts: factsOf(attributes) });
      }
    }
  }
}

function factsOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
