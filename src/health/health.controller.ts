import { Controller, Get, Header, Res } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import type { Response } from 'express';
import { Drain } from '../platform/drain/drain.service';
import { HealthService } from './health.service';

const noStore = 'no-store';

/** What probes and people ask. */
@SkipThrottle()
@Controller('api/health')
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly drain: Drain,
  ) {}

  /** The whole picture; 503 only when unhealthy. */
  @Get()
  @Header('cache-control', noStore)
  async all(@Res() response: Response): Promise<void> {
    const picture = await this.health.picture();
    response.status(picture.status === 'unhealthy' ? 503 : 200).json(picture);
  }

  /** That this answers says all: the process is alive and its event loop turns. */
  @Get('live')
  @Header('cache-control', noStore)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Whether traffic may come. */
  @Get('ready')
  @Header('cache-control', noStore)
  async ready(@Res() response: Response): Promise<void> {
    answer(response, this.drain.isDraining ? 'draining' : await this.health.unreadiness());
  }

  /** Whether the start is over. */
  @Get('startup')
  @Header('cache-control', noStore)
  async startup(@Res() response: Response): Promise<void> {
    answer(response, await this.health.unstarted());
  }
}

function answer(response: Response, reason: string | null): void {
  if (reason === null) response.json({ status: 'ok' });
  else response.status(503).json({ status: 'unavailable', reason });
}
