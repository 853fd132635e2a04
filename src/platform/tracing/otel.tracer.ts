import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, SpanContext, Span as OtelSpan, Tracer as OtelTracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { Log } from '../logging/logger';
import { traces } from './traces';
import type { Span, SpanFacts, SpanStart, Tracer } from './traces';

/** Spans wait this long for others, so that they go together. */
const SEND_EVERY_MS = 2_000;
/** Spans beyond this are dropped: a receiver that is away must not fill the memory. */
const MOST_WAITING = 2_048;
const SEND_WITHIN_MS = 5_000;
const STOP_WITHIN_MS = 3_000;
const TRACEPARENT = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;

/** Where traces go, and whose they are. */
export interface TracerTarget {
  /** Base address of an OTLP receiver; spans are posted to `v1/traces` below it. */
  readonly endpoint: string;
  readonly instance: string;
  readonly log: Log;
}

/** Makes spans from now on and sends them by OTLP over HTTP. @returns sends what waits, then makes none any more */
export function startTracer({ endpoint, instance, log }: TracerTarget): () => Promise<void> {
  const exporter = new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: SEND_WITHIN_MS });
  const processor = new BatchSpanProcessor(telling(exporter, log), {
    scheduledDelayMillis: SEND_EVERY_MS,
    maxQueueSize: MOST_WAITING,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: 'darwin-timer',
      [ATTR_SERVICE_INSTANCE_ID]: instance,
    }),
    spanProcessors: [processor],
  });
  traces.use(new OpenTelemetryTracer(provider.getTracer('darwin-timer')));
  return async () => {
    traces.use(null);
    await Promise.race([provider.shutdown().catch(() => undefined), atMost(STOP_WITHIN_MS)]);
  };
}

/** Spans of OpenTelemetry. Contexts are handed on by name, so that nothing has to follow every promise. */
class OpenTelemetryTracer implements Tracer {
  constructor(private readonly tracer: OtelTracer) {}

  begin(name: string, { parent, links = [], facts = {}, startedAtMs }: SpanStart): Span {
    const linked = links.map(readTraceparent).filter((context) => context !== null);
    const options = {
      attributes: facts,
      links: linked.map((context) => ({ context })),
      ...(startedAtMs === undefined ? {} : { startTime: startedAtMs }),
    };
    return new RunningSpan(this.tracer.startSpan(name, options, contextOf(parent)));
  }
}

class RunningSpan implements Span {
  readonly traceparent: string;

  constructor(private readonly span: OtelSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  end(facts: SpanFacts = {}): void {
    this.span.setAttributes(facts);
    this.span.end();
  }

  fail(err: unknown): void {
    // the name alone: a message may hold an address with credentials
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: err instanceof Error ? err.name : 'unknown' });
    this.span.end();
  }
}

function contextOf(parent: string | null | undefined): Context {
  const found = typeof parent === 'string' ? readTraceparent(parent) : null;
  return found === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, found);
}

/** @see https://www.w3.org/TR/trace-context/ */
function readTraceparent(text: string): SpanContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

/** An exporter whose failures are logged, once until it works again. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const hasFailed = result.error !== undefined;
        if (hasFailed && !isFailing)
          log.warn(
            { room: 'platform', code: 'PLATFORM_TRACES_FAILED', spans: spans.length },
            'traces not taken',
          );
        isFailing = hasFailed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}

async function atMost(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
}
