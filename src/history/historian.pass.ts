import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { signals } from '../metrics/domain/signals';
import { pause } from './backoff';
import type { BatchWriter } from './batch.writer';
import type { Mismatch } from './event.repository';
import { FailureDesk } from './failure.desk';
import type { GroupReader } from './group.reader';
import type { HistorianPace } from './history.options';
import type { StreamEntry } from './stream.entry';
import { forgetConsumers, trimStream } from './stream.trimmer';
import type { TimerStreams } from './timer.streams';

/** What one historian works with. */
export interface Workplace {
  readonly commands: Redis;
  readonly streams: TimerStreams;
  readonly reader: GroupReader;
  readonly writer: BatchWriter;
  readonly pace: HistorianPace;
  readonly eventsTtlSec: number;
}

/** How often it is looked whether it is this historian's turn, ms. */
const TURN_MS = 20;

/** What a historian has done since it was made. */
export interface Tally {
  /** This process's clock at the last commit, epoch ms; null before the first. */
  lastCommitAtMs: number | null;
  /** Identities that came with other content than Postgres holds. */
  mismatches: number;
  /** Entries set aside. */
  setAside: number;
}

/** One round of a historian's work: what it left, what the dead left, what is new. */
export class HistorianPass {
  readonly tally: Tally = { lastCommitAtMs: null, mismatches: 0, setAside: 0 };
  private readonly log = new Logger('history');
  private readonly desk: FailureDesk;
  private isOwnPendingDue = true;
  private claimDueAt = 0;
  private trimDueAt = 0;

  constructor(private readonly workplace: Workplace) {
    this.desk = new FailureDesk(workplace.reader, workplace.pace.maxDeliveries);
  }

  /** Entries may have been delivered that nobody has seen; the next pass reads them again. */
  doubt(): void {
    this.isOwnPendingDue = true;
  }

  /**
   * @param signal - aborted: the batch under way is finished and no further one is read
   * @throws errors of Redis, and the signal's AbortError where a batch was given up
   */
  async run(signal: AbortSignal): Promise<void> {
    const { commands, streams, reader, pace } = this.workplace;
    await streams.refresh(commands);
    if (this.isOwnPendingDue) await this.takeOwn(signal);
    if (performance.now() >= this.claimDueAt) await this.takeOver(signal);
    if (performance.now() >= this.trimDueAt) await this.tidy();
    if (signal.aborted) return;
    if (streams.all().length === 0) await pause(pace.blockMs, signal);
    else await this.take(await reader.readNew(), signal);
  }

  private async takeOwn(signal: AbortSignal): Promise<void> {
    this.isOwnPendingDue = false;
    for (const stream of this.workplace.streams.all()) {
      let entries = await this.workplace.reader.readOwn(stream, '0');
      for (let last = entries.at(-1); last !== undefined && !signal.aborted; last = entries.at(-1)) {
        await this.take(entries, signal);
        entries = await this.workplace.reader.readOwn(stream, last.id);
      }
    }
  }

  private async takeOver(signal: AbortSignal): Promise<void> {
    this.claimDueAt = performance.now() + this.workplace.pace.claimEveryMs;
    for (const stream of this.workplace.streams.all()) {
      if (signal.aborted) return;
      await this.take(await this.workplace.reader.claim(stream), signal);
    }
  }

  private async tidy(): Promise<void> {
    const { commands, streams, pace, eventsTtlSec } = this.workplace;
    this.trimDueAt = performance.now() + pace.trimEveryMs;
    for (const stream of streams.all()) {
      const { removed, isDrained } = await trimStream(commands, stream, eventsTtlSec);
      if (removed > 0) this.log.log({ message: 'stream trimmed', timerId: stream.timerId, entries: removed });
      if (isDrained && !streams.isExisting(stream)) streams.forget(stream);
      else await forgetConsumers(commands, stream);
    }
  }

  private async take(entries: readonly StreamEntry[], signal: AbortSignal): Promise<void> {
    const gone = entries.filter(({ isGone }) => isGone);
    if (gone.length > 0) await this.desk.giveUp(gone);
    const present = entries.filter(({ isGone }) => !isGone);
    const { batchSize } = this.workplace.pace;
    for (let at = 0; at < present.length; at += batchSize) {
      await this.takeBatch(present.slice(at, at + batchSize), signal);
    }
  }

  private async takeBatch(batch: readonly StreamEntry[], signal: AbortSignal): Promise<void> {
    // what was delivered is written also when it came while a stop was asked for: nobody else has it until it is claimed
    for (const first of firstOfStreams(batch))
      if (!(await this.comesToTurn(first, signal))) signal.throwIfAborted();
    for await (const { written, failures, mismatches } of this.workplace.writer.write(batch, signal)) {
      if (written.length > 0) this.tally.lastCommitAtMs = Date.now();
      this.raiseAlarms(mismatches);
      if (written.length > 0) await this.workplace.reader.acknowledge(written);
      this.tally.setAside += await this.desk.handle(failures);
    }
  }

  /**
   * Another historian may still be writing what comes before: a timer's entries reach Postgres in the order of its
   * stream, so that it always holds the beginning of a timer's life without a gap. What a dead one left is taken over.
   *
   * @returns false where a stop was asked for while another one still holds what comes before
   */
  private async comesToTurn({ stream, id }: StreamEntry, signal: AbortSignal): Promise<boolean> {
    const { reader, pace } = this.workplace;
    for (;;) {
      const held = await reader.heldBefore(stream, id);
      if (held.length === 0) return true;
      if (signal.aborted) return false;
      if (held.every((idleMs) => idleMs < pace.claimIdleMs)) await pause(TURN_MS, signal);
      else await this.take(await reader.claim(stream), signal);
    }
  }

  private raiseAlarms(mismatches: readonly Mismatch[]): void {
    this.tally.mismatches += mismatches.length;
    for (const { kind, identity } of mismatches) {
      this.log.error({ message: 'history content differed', kind, identity });
      signals.incident.tell({ rule: 'history-mismatch', context: { kind, identity } });
    }
  }
}

function firstOfStreams(batch: readonly StreamEntry[]): readonly StreamEntry[] {
  const firsts = new Map<string, StreamEntry>();
  for (const entry of batch) if (!firsts.has(entry.stream.key)) firsts.set(entry.stream.key, entry);
  return [...firsts.values()];
}
