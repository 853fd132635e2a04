import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PublicError } from '../platform/public-error';
import type { TimerPicture } from '../timer/domain/picture';
import { LiveTimersService } from '../timer/live-timers.service';
import { TimerStreams } from './timer.streams';

/**
 * Shared caches keep an answer for a second and may serve it while they fetch the next, so that a CDN asks about once a
 * second for everybody; readers count down to `deadline`, which such an answer holds as well as a new one.
 */
const SHARED_FOR_A_SECOND = 'public, max-age=1, stale-while-revalidate=1, stale-if-error=30';

/** The timer for clients without GraphQL. */
@Controller('api/timer')
export class TimerController {
  constructor(
    private readonly live: LiveTimersService,
    private readonly streams: TimerStreams,
  ) {}

  /** The timer now; 304 where the client has this state already. */
  @Get()
  async now(@Query('id') id: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const timerId = idOf(id);
    const timer = await this.live.now(timerId);
    if (timer === null) throw new PublicError('NOT_FOUND', `there is no timer "${timerId}"`);
    response.set({ etag: etagOf(timer), 'cache-control': SHARED_FOR_A_SECOND });
    if (request.fresh) response.status(304).end();
    else response.json(timer);
  }

  /** Present state, changes, and heartbeats as comments, as Server-Sent Events; goes on after `Last-Event-ID`. */
  @Get('stream')
  async stream(@Query('id') id: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.streams.serve(idOf(id), request, response);
  }
}

/** Names the state, not the instant: `serverTime`, `remainingMs` and `viewers` differ between equal ones (RFC 9110, 8.8.1). */
function etagOf({ id, epoch, revision, status, stale }: TimerPicture): string {
  return `W/"${id}.${epoch}.${revision}.${status}${stale ? '.stale' : ''}"`;
}

function idOf(id: unknown): string {
  if (id === undefined) return 'global';
  if (typeof id === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(id)) return id;
  const message = 'must match ^[a-z0-9][a-z0-9-]{0,62}$';
  throw new PublicError('BAD_USER_INPUT', `id ${message}`, { fields: [{ path: 'id', message }] });
}
