import type { ServerResponse } from 'node:http';
import { Member } from '../platform/fan-out/member';
import type { Part, Sink } from '../platform/fan-out/member';
import type { TimerPicture } from '../timer/domain/picture';

/** A position that a client has seen, as `Last-Event-ID` tells it: epoch and revision. */
export interface Position {
  readonly epoch: number;
  readonly revision: number;
}

/** Reads `Last-Event-ID`; null where it is none of ours. */
export function positionOf(header: unknown): Position | null {
  const found = typeof header === 'string' ? /^(\d{1,15})\.(\d{1,15})$/.exec(header) : null;
  return found === null ? null : { epoch: Number(found[1]), revision: Number(found[2]) };
}

const HEARTBEAT = ': heartbeat\n\n';

/** Whether a state is newer, or is the same and became stale, or is so no longer. */
function isNews(item: TimerPicture, seen: Position, wasStale: boolean): boolean {
  if (item.epoch !== seen.epoch) return item.epoch > seen.epoch;
  if (item.revision !== seen.revision) return item.revision > seen.revision;
  return item.stale !== wasStale;
}

/** One answer of Server-Sent Events, as a member of the group of its timer. */
export class EventStream extends Member<TimerPicture> {
  readonly sink: Sink;
  private wasBehind = false;
  private wasStale = false;

  /**
   * @param seen - what the client has seen before; it is told nothing that is not newer
   * @param leave - called once, when the client is gone or the stream ends
   */
  constructor(
    private readonly response: ServerResponse,
    private seen: Position | null,
    leave: (stream: EventStream) => void,
  ) {
    super();
    this.sink = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    response.once('close', () => leave(this));
    response.write('retry: 2000\n\n');
  }

  /** The event, or a comment where the client has this state already, so that nobody takes the silence for an end. */
  frame({ item, text }: Part<TimerPicture>): string {
    const { seen } = this;
    if (seen !== null && !isNews(item, seen, this.wasStale)) return HEARTBEAT;
    this.seen = item;
    this.wasStale = item.stale;
    return text;
  }

  /** Cuts a client off that has read nothing since the last time this was called. */
  checkReading(): void {
    if (this.isBehind && this.wasBehind) this.response.destroy();
    this.wasBehind = this.isBehind;
  }

  tooSlow(): void {
    this.response.destroy();
  }

  end(): void {
    this.response.end();
  }
}
