import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Gauge } from 'prom-client';
import { MetricsService } from '../metrics/metrics.service';
import { Drain } from '../platform/drain/drain.service';
import { spread } from '../platform/drain/spread';
import { Group } from '../platform/fan-out/group';
import type { TimerPicture } from '../timer/domain/picture';
import { LiveTimersService } from '../timer/live-timers.service';
import { EventStream, positionOf } from './event-stream';

/** A client that takes nothing for this long, or twice it, is cut off. */
const READ_WITHIN_MS = 15_000;

/** Server-Sent Events of timers: one stream per timer and instance, each state serialised once for all its readers. */
@Injectable()
export class TimerStreams implements OnModuleInit, OnModuleDestroy {
  private readonly groups = new Map<string, Promise<Group<TimerPicture>>>();
  private readonly streams = new Set<EventStream>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly live: LiveTimersService,
    private readonly metrics: MetricsService,
    drain: Drain,
  ) {
    // one that comes during the drain is served until the end of it: a refused EventSource never tries again
    drain.add('streams', (periodMs) => spread([...this.streams], periodMs, (stream) => stream.end()));
  }

  onModuleInit(): void {
    const { streams } = this;
    new Gauge({
      name: 'sse_connections',
      help: 'Open streams of Server-Sent Events.',
      registers: [this.metrics.registry],
      collect() {
        this.set(streams.size);
      },
    });
    this.timer = setInterval(() => {
      for (const stream of this.streams) stream.checkReading();
    }, READ_WITHIN_MS);
    this.timer.unref();
  }

  /** Ends all streams, so that the server can close. */
  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const stream of this.streams) stream.end();
  }

  /** Answers with the timer's states from now on. @throws PublicError NOT_FOUND, before anything is sent */
  async serve(id: string, request: Request, response: Response): Promise<void> {
    let group = await this.groupOf(id);
    // whoever waited with us may have closed it in this very turn
    while (group.isClosed) group = await this.groupOf(id);
    if (request.destroyed) {
      group.closeIfEmpty();
      return;
    }
    const joined = group;
    const stream = new EventStream(response, positionOf(request.headers['last-event-id']), (left) => {
      this.streams.delete(left);
      joined.leave(left);
    });
    this.streams.add(stream);
    joined.join(stream);
  }

  private groupOf(id: string): Promise<Group<TimerPicture>> {
    const known = this.groups.get(id);
    if (known !== undefined) return known;
    const opening = this.open(id, () => {
      if (this.groups.get(id) === opening) this.groups.delete(id);
    });
    this.groups.set(id, opening);
    return opening;
  }

  private async open(id: string, closed: () => void): Promise<Group<TimerPicture>> {
    try {
      const stream = await this.live.updates(id);
      const group = new Group<TimerPicture>({
        keeping: 'newest',
        serialise: eventOf,
        lastWords: () => [],
        onClosed: closed,
      });
      group.open(stream);
      return group;
    } catch (err) {
      closed();
      throw err;
    }
  }
}

function eventOf(timer: TimerPicture): string {
  const text = `event: timer\nid: ${timer.epoch}.${timer.revision}\ndata: ${JSON.stringify(timer)}\n\n`;
  return Buffer.from(text, 'utf8').toString('latin1');
}
