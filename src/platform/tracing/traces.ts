/** Facts about a span; never a secret, a URL or a payload. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** Where a span belongs, and what is known when it begins. */
export interface SpanStart {
  /** W3C trace context of what led to it; null or left out: it begins a trace. */
  readonly parent?: string | null;
  /** Trace contexts of others that led to it too. */
  readonly links?: readonly string[];
  readonly facts?: SpanFacts;
  /** Epoch ms; now where it is left out. */
  readonly startedAtMs?: number;
}

/** A step on the way of a trade that is being timed. */
export interface Span {
  /** Its W3C trace context, for what it leads to; null while traces are off. */
  readonly traceparent: string | null;
  /** Ends it; `facts` are what came of it. */
  end(facts?: SpanFacts): void;
  /** Ends it as failed. */
  fail(err: unknown): void;
}

/** Makes spans. */
export interface Tracer {
  begin(name: string, start: SpanStart): Span;
}

/** What is timed while traces are off: nothing. */
const NO_SPAN: Span = Object.freeze({
  traceparent: null,
  end: () => undefined,
  fail: () => undefined,
});

/** The traces of this process; off, and next to free, until a tracer is used. */
class Traces {
  private tracer: Tracer | null = null;

  /** Whether anybody wants spans. Ask before facts are put together that cost something. */
  get isOn(): boolean {
    return this.tracer !== null;
  }

  /** Uses a tracer from now on; null: none. */
  use(tracer: Tracer | null): void {
    this.tracer = tracer;
  }

  /** Begins a span. Never throws. */
  begin(name: string, start: SpanStart = {}): Span {
    return this.tracer === null ? NO_SPAN : this.tracer.begin(name, start);
  }
}

/** The one place where rooms begin spans. */
export const traces = new Traces();
