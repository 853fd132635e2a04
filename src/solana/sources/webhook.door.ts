import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import { tellWhenServed } from '../../metrics/domain/served';
import { addressGroup } from '../../platform/limits/address-group';
import { LimitsService, tooMany } from '../../platform/limits/limits.service';
import { rateLimitHeaders } from '../../platform/limits/rate-limit.headers';
import { requestIdOf } from '../../platform/logging/request-id';
import { traces } from '../../platform/tracing/traces';
import { WebhookReceiver, readBody } from './webhook.receiver';
import type { Answer } from './webhook.receiver';

/** A request, with what Express knows of it. */
interface Pushed extends IncomingMessage {
  readonly ip?: string | undefined;
  readonly originalUrl?: string;
  readonly body?: unknown;
}

/**
 * Where Helius pushes enhanced and raw transactions. It answers before the guards and interceptors of routes, which
 * would cost a push more than judging it does; its limit, by this instance alone, has room for a storm of trades.
 */
@Injectable()
export class WebhookDoor implements NestMiddleware {
  constructor(
    private readonly receiver: WebhookReceiver,
    @Inject(LimitsService) private readonly limits: Pick<LimitsService, 'spendNow'>,
  ) {}

  /**
   * Answers 200 as soon as the body is kept; anything else says why, and a 5xx makes the sender try again.
   *
   * @throws PublicError `RATE_LIMITED`
   */
  async use(request: Pushed, response: ServerResponse): Promise<void> {
    tellWhenServed(request.originalUrl ?? '', response);
    this.charge(request, response);
    const refusal = this.receiver.refusalOf(request.headers.authorization);
    const answer = refusal ?? (await this.take(request));
    if (!request.readableEnded && !request.destroyed) request.resume();
    respond(response, answer);
  }

  private charge(request: Pushed, response: ServerResponse): void {
    const spending = this.limits.spendNow('webhook', addressGroup(request.ip ?? 'unknown'));
    if (spending === null) return;
    for (const [name, value] of rateLimitHeaders([spending])) response.setHeader(name, value);
    if (!spending.verdict.isAllowed) throw tooMany(spending);
  }

  /** Whoever has given the secret may also say which trace this belongs to. */
  private async take(request: Pushed): Promise<Answer> {
    const requestId = requestIdOf(request);
    const { traceparent } = request.headers;
    const parent = typeof traceparent === 'string' ? traceparent : null;
    const span = traces.begin('trade.receive', { parent, facts: { requestId, source: 'WEBHOOK' } });
    const answer = await this.receiver.take(await bodyOf(request), {
      requestId,
      traceparent: span.traceparent,
    });
    span.end({ status: answer.status });
    return answer;
  }
}

/** A parser in front may have read the body already. */
async function bodyOf(request: Pushed): Promise<Buffer | null> {
  const { body: parsed } = request;
  return request.readableEnded && parsed !== undefined
    ? Buffer.from(JSON.stringify(parsed))
    : await readBody(request);
}

/** Without what Express adds to every answer, such as a tag for caches: pushes come by the thousand. */
function respond(response: ServerResponse, { status, code, message }: Answer): void {
  const body = JSON.stringify(status === 200 ? { ok: true } : { error: { code, message } });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
