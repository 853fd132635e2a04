import { Controller, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LimitedAs } from '../../platform/limits/client-limit.guard';
import { requestIdOf } from '../../platform/logging/request-id';
import { traces } from '../../platform/tracing/traces';
import { WebhookReceiver, readBody } from './webhook.receiver';
import type { Answer } from './webhook.receiver';

/** Where Helius pushes enhanced and raw transactions; its limit has room for a storm of trades. */
@LimitedAs('webhook')
@Controller('api/webhook')
export class WebhookController {
  constructor(private readonly receiver: WebhookReceiver) {}

  /** Answers 200 as soon as the body is kept; anything else says why, and a 5xx makes the sender try again. */
  @Post('helius')
  async receive(@Req() request: Request, @Res() response: Response): Promise<void> {
    const refusal = this.receiver.refusalOf(request.headers.authorization);
    const answer = refusal ?? (await this.take(request));
    if (!request.readableEnded && !request.destroyed) request.resume();
    respond(response, answer);
  }

  /** Whoever has given the secret may also say which trace this belongs to. */
  private async take(request: Request): Promise<Answer> {
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
async function bodyOf(request: Request): Promise<Buffer | null> {
  const parsed: unknown = request.body;
  return request.readableEnded && parsed !== undefined
    ? Buffer.from(JSON.stringify(parsed))
    : await readBody(request);
}

/** Without what Express adds to every answer, such as a tag for caches: pushes come by the thousand. */
function respond(response: Response, { status, code, message }: Answer): void {
  const body = JSON.stringify(status === 200 ? { ok: true } : { error: { code, message } });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
