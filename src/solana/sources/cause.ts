import { newRequestId } from '../../platform/logging/request-id';
import { traces } from '../../platform/tracing/traces';
import type { Span } from '../../platform/tracing/traces';
import type { Cause } from '../../timer/domain/origin';
import type { Sender } from '../redis/read-stream';

/** More requests than this are not named by one commit: a storm has thousands. */
const MOST_NAMED = 20;

/** Gathers what brought the trades of one write. */
export class CauseOf {
  private readonly requestIds = new Set<string>();
  private readonly traceparents: string[] = [];

  /** A transaction with trades. @param span - of its judgement */
  add(sender: Sender | undefined, span: Span): void {
    if (this.requestIds.size >= MOST_NAMED) return;
    const requestId = sender?.requestId ?? null;
    if (requestId !== null) this.requestIds.add(requestId);
    if (span.traceparent !== null) this.traceparents.push(span.traceparent);
  }

  /** Undefined where nothing is known of it. */
  get cause(): Cause | undefined {
    const { traceparents } = this;
    const requestIds = [...this.requestIds];
    return requestIds.length + traceparents.length === 0 ? undefined : { requestIds, traceparents };
  }
}

/** When a look at the chain that found trades began, and when its rows were judged, epoch ms. */
export interface LookTimes {
  readonly beganAtMs: number;
  readonly judgedFromMs: number;
}

/** A look at the chain that found trades: it has a name as a request has. */
export function causeOfLook(timerId: string, trades: number, { beganAtMs, judgedFromMs }: LookTimes): Cause {
  const requestId = newRequestId();
  if (!traces.isOn) return { requestIds: [requestId], traceparents: [] };
  const facts = { timerId, requestId, source: 'POLLING' };
  const look = traces.begin('trade.look', { startedAtMs: beganAtMs, facts });
  const parent = look.traceparent;
  const judge = traces.begin('trade.judge', { parent, startedAtMs: judgedFromMs, facts: { timerId } });
  judge.end({ trades });
  look.end();
  const { traceparent } = judge;
  return { requestIds: [requestId], traceparents: traceparent === null ? [] : [traceparent] };
}
