import { Logger } from '@nestjs/common';
import { signals } from '../metrics/domain/signals';
import { AppError } from '../platform/app-error';
import type { Failure } from './batch.writer';
import type { GroupReader } from './group.reader';
import type { StreamEntry } from './stream.entry';

/**
 * Decides about entries that cannot be written by their own fault: they stay pending and are delivered again, and
 * after the last try they are set aside, so that they never hold up others.
 */
export class FailureDesk {
  private readonly log = new Logger('history');

  constructor(
    private readonly reader: GroupReader,
    private readonly maxDeliveries: number,
  ) {}

  /** @returns how many entries were set aside */
  async handle(failures: readonly Failure[]): Promise<number> {
    let setAside = 0;
    for (const { entry, cause } of failures) {
      const deliveries = await this.reader.deliveriesOf(entry);
      const facts = { ...factsOf(entry), deliveries, err: cause };
      if (deliveries < this.maxDeliveries) {
        this.log.warn({ message: 'history entry not written', ...facts });
        continue;
      }
      await this.reader.setAside(entry, problemOf(cause));
      this.log.error({ message: 'history entry set aside', ...facts });
      signals.incident.tell({
        rule: 'history-poison',
        context: { ...factsOf(entry), problem: problemOf(cause) },
      });
      setAside += 1;
    }
    return setAside;
  }

  /** Acknowledges entries whose content was deleted before it was written; nothing can be saved of them. */
  async giveUp(gone: readonly StreamEntry[]): Promise<void> {
    for (const entry of gone) {
      this.log.error({ message: 'history entry lost', ...factsOf(entry) });
      signals.incident.tell({ rule: 'history-poison', context: { ...factsOf(entry), problem: 'lost' } });
    }
    await this.reader.acknowledge(gone);
  }
}

function factsOf({ stream, id }: StreamEntry): Record<string, string> {
  return { timerId: stream.timerId, stream: stream.key, entry: id };
}

function problemOf(cause: unknown): string {
  if (cause instanceof AppError) return [cause.code, cause.context['field']].filter(Boolean).join(' ');
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? `POSTGRES ${code}` : 'unknown';
}
