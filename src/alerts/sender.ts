import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { isTaken, postJson } from '../platform/outbound/post-json';
import { pauseMs } from '../platform/outbound/delivery.queue';
import type { DeliveryPace } from '../platform/outbound/delivery.queue';
import type { AlertChannel } from './channels';
import { noticeId } from './domain/alert';
import type { Notice } from './domain/alert';

/** Told after each try: which channel, and whether it was taken. */
export type OnTry = (channel: string, isTaken: boolean) => void;

/** Sends notices over the channels, once or, without a queue, again and again. */
export class AlertSender {
  private readonly log = new Logger('alerts');

  constructor(
    readonly channels: readonly AlertChannel[],
    private readonly pace: DeliveryPace,
    private readonly onTry: OnTry,
  ) {}

  /** Tries once. @returns null where it was taken, else why not */
  async send(channel: AlertChannel, notice: Notice): Promise<string | null> {
    const outcome = await postJson(channel.post(notice, Math.floor(Date.now() / 1000)));
    const taken = isTaken(outcome);
    this.onTry(channel.name, taken);
    const { status, durationMs, failure } = outcome;
    const facts = { channel: channel.name, notice: noticeId(notice), status, durationMs };
    if (taken) this.log.log({ message: 'alert delivered', ...facts });
    else this.log.warn({ message: 'alert not delivered', code: 'ALERTS_DELIVERY_FAILED', ...facts, failure });
    return taken ? null : (failure ?? `HTTP ${status ?? 0}`);
  }

  /** Tries until it is taken, from memory: for the time without Redis. What is not sent when the process ends is lost. */
  async insist(channel: AlertChannel, notice: Notice, signal: AbortSignal): Promise<boolean> {
    for (let failed = 0; failed < this.pace.tries && !signal.aborted;) {
      if ((await this.send(channel, notice)) === null) return true;
      failed += 1;
      await delay(pauseMs(this.pace, failed), undefined, { signal, ref: false }).catch(() => undefined);
    }
    return false;
  }
}
