import { Logger } from '@nestjs/common';
import { DeliveryQueue } from '../platform/outbound/delivery.queue';
import type { DeliveryPace, DeliveryWork, TryOutcome } from '../platform/outbound/delivery.queue';
import type { RedisService } from '../platform/redis/redis.service';
import type { AlertStore } from './alert.store';
import { noticeId } from './domain/alert';
import type { Notice } from './domain/alert';
import { readNotice } from './read-alert';
import type { AlertSender } from './sender';

/** What the queue holds: one notice for one channel. */
interface NoticeJob {
  readonly channel: string;
  readonly notice: Notice | null;
  /** This process's clock, epoch ms. */
  readonly queuedAtMs: number;
}

/** What the queue works with. */
export interface NoticeParts {
  readonly redis: RedisService;
  readonly store: AlertStore;
  readonly sender: AlertSender;
  readonly pace: DeliveryPace;
  /** How long the word of a recovery waits for that of the firing. */
  readonly inOrderMs: number;
  /** Shared clock. */
  readonly nowMs: () => number;
}

const IN_ORDER_LOOK_MS = 1_000;
/** How long a notice is left to others by an instance that can tell nobody. */
const LEFT_MS = 60_000;

/** Takes notices from the outbox into the durable queue, and works that queue: each notice once on each channel. */
export class NoticeQueue implements DeliveryWork<NoticeJob> {
  private readonly log = new Logger('alerts');
  private readonly queue: DeliveryQueue<NoticeJob>;

  constructor(private readonly parts: NoticeParts) {
    this.queue = new DeliveryQueue(parts.redis, 'alerts', parts.pace, readJob);
  }

  start(): void {
    this.queue.start(this);
  }

  async stop(): Promise<void> {
    await this.queue.stop();
  }

  /**
   * Empties the outbox into the queue. Repeating it, here or elsewhere, does no harm: jobs are told apart by their ids.
   *
   * @param heldUntilMs - until when a notice is held back; null: not at all
   * @throws while Redis is away
   */
  async take(heldUntilMs: (notice: Notice) => number | null): Promise<void> {
    for (const [id, notice] of await this.parts.store.outbox()) {
      // another instance may know of channels, while a deployment is under way
      if (this.parts.sender.channels.length === 0 && this.parts.nowMs() - toldFrom(notice) < LEFT_MS)
        continue;
      const untilMs = heldUntilMs(notice);
      for (const { name } of this.parts.sender.channels) await this.enqueue(notice, name, untilMs);
      await this.parts.store.drop(id);
    }
  }

  /** @see DeliveryWork */
  async attempt({ channel: name, notice, queuedAtMs }: NoticeJob): Promise<TryOutcome> {
    const channel = this.parts.sender.channels.find((one) => one.name === name);
    if (channel === undefined || notice === null) return { tag: 'done' };
    const { id } = notice.alert;
    const told = notice.kind === 'test' ? null : await this.parts.store.told(id, name);
    if (told === 'skipped') return { tag: 'done' };
    if (notice.kind === 'recovered' && told === 'held') {
      // nobody heard of it, and it is over: nobody has to
      await this.parts.store.setTold(id, name, 'skipped');
      return { tag: 'done' };
    }
    const isInOrder = notice.kind !== 'recovered' || told === 'sent';
    if (!isInOrder && Date.now() - queuedAtMs < this.parts.inOrderMs)
      return { tag: 'wait', waitMs: IN_ORDER_LOOK_MS };
    const problem = await this.parts.sender.send(channel, notice);
    if (problem !== null) return { tag: 'failed', reason: problem };
    if (notice.kind === 'fired') await this.parts.store.setTold(id, name, 'sent');
    return { tag: 'done' };
  }

  /** @see DeliveryWork */
  giveUp({ channel, notice }: NoticeJob, reason: string): Promise<void> {
    const id = notice === null ? null : noticeId(notice);
    this.log.error({
      message: 'alert given up',
      code: 'ALERTS_DELIVERY_FAILED',
      channel,
      notice: id,
      reason,
    });
    return Promise.resolve();
  }

  private async enqueue(notice: Notice, channel: string, untilMs: number | null): Promise<void> {
    const { id } = notice.alert;
    const isHeld = untilMs !== null && notice.kind === 'fired';
    if (isHeld && (await this.parts.store.told(id, channel)) === null) {
      await this.parts.store.setTold(id, channel, 'held');
    }
    const queuedAtMs = Date.now();
    const delayMs = isHeld ? untilMs - queuedAtMs : 0;
    await this.queue.add(`${noticeId(notice)}.${channel}`, { channel, notice, queuedAtMs }, delayMs);
  }
}

/** When there was something to tell, shared clock. */
function toldFrom({ alert }: Notice): number {
  return alert.recoveredAtMs ?? alert.firedAtMs;
}

function readJob(data: unknown): NoticeJob {
  const fields = typeof data === 'object' && data !== null ? data : {};
  const channel = 'channel' in fields && typeof fields.channel === 'string' ? fields.channel : '';
  const queuedAtMs = 'queuedAtMs' in fields && typeof fields.queuedAtMs === 'number' ? fields.queuedAtMs : 0;
  return { channel, notice: 'notice' in fields ? readNotice(fields.notice) : null, queuedAtMs };
}
