import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { EventFeedService } from '../history/event-feed.service';
import type { ParsedChange } from '../history/event-feed.service';
import type { DeliveryQueue } from '../platform/outbound/delivery.queue';
import { DeliveryStore } from './delivery.store';
import type { QueuedDelivery } from './delivery.store';
import { endOf, eventsOf, mayEndRounds } from './domain/webhook-events';
import type { WebhookEvent } from './domain/webhook';
import { WEBHOOK_QUEUE, WEBHOOK_SENDER } from './webhook.tokens';
import type { DeliveryJob, WebhookSender } from './webhook.sender';

/** The consumer group of outgoing webhooks. */
export const WEBHOOK_GROUP = 'webhooks';
const SWEEP_EVERY_MS = 10_000;
const TIDY_EVERY = 360;

/**
 * Takes events from the durable stream to Postgres, and from there to the queue. An event is acknowledged once Postgres
 * has it; what a queue has lost is found in Postgres again.
 */
@Injectable()
export class WebhookPost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('webhooks');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private sweeps = 0;

  constructor(
    private readonly feed: EventFeedService,
    private readonly store: DeliveryStore,
    @Inject(WEBHOOK_QUEUE) private readonly queue: DeliveryQueue<DeliveryJob>,
    @Inject(WEBHOOK_SENDER) private readonly sender: WebhookSender,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.feed.isWorking) return;
    this.queue.start(this.sender);
    this.feed.follow(WEBHOOK_GROUP, (changes) => this.take(changes));
    this.timer = setInterval(() => {
      this.sweeping = this.sweep();
    }, SWEEP_EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
    await this.queue.stop();
  }

  /** Puts a delivery into the queue; what Redis does not take now is swept up later. */
  async enqueue({ id, replays }: QueuedDelivery): Promise<void> {
    await this.queue.add(`${id}.${replays}`, { deliveryId: id }).catch((err: unknown) => {
      this.log.debug({ message: 'delivery not queued', deliveryId: id, err });
    });
  }

  /** Queues what waits and that nobody has tried for a while. Never throws. */
  async sweep(): Promise<void> {
    try {
      for (const delivery of await this.store.forgotten()) await this.enqueue(delivery);
      if (this.sweeps % TIDY_EVERY === 0) await this.store.tidy();
      this.sweeps += 1;
    } catch (err) {
      this.log.debug({ message: 'deliveries not swept', err });
    }
  }

  private async take(changes: readonly ParsedChange[]): Promise<void> {
    if (changes.length === 0 || !(await this.store.hasReceivers())) return;
    const events: WebhookEvent[] = changes.flatMap((change) => eventsOf(change));
    const timerIds = new Set(changes.filter(mayEndRounds).map(({ timerId }) => timerId));
    for (const timerId of timerIds) events.push(...(await this.feed.lastEnds(timerId)).map(endOf));
    const byId = new Map(events.map((event) => [event.id, event]));
    for (const delivery of await this.store.record([...byId.values()])) await this.enqueue(delivery);
  }
}
