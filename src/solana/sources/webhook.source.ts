import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type Redis from 'ioredis';
import type { PushTrust } from '../domain/push-trust';
import { SolanaError } from '../domain/solana.errors';
import { readTransaction } from '../domain/transaction';
import type { Transaction } from '../domain/transaction';
import type { InboxStore } from '../redis/inbox.store';
import type { Sender, StreamEntry } from '../redis/read-stream';
import { InboxProgress } from './inbox-progress';
import type { PushDesk } from './push-desk';

const AGAIN_MS = 1_000;
/** A read that is open for so long has found nothing. */
const IDLE_AFTER_MS = 100;
/** Bodies of one batch; a batch is judged as a whole and written in one commit. */
const BATCH = { least: 20, most: 400 } as const;
/** The next batch is smaller after more, larger after less than this, in characters. */
const BATCH_TEXT = 4_000_000;

/** What the consumer of the inbox needs. */
export interface WebhookParts {
  readonly inbox: InboxStore;
  /** A connection of its own, whose commands may block. */
  readonly blocking: Redis;
  readonly desk: PushDesk;
  readonly trust: Pick<PushTrust, 'brought'>;
  /** Called with the number of transactions that were delivered: each is billed. */
  readonly onEvents: (count: number) => void;
  /** Called with each batch: whether more wait behind it. */
  readonly onBacklog: (isBehind: boolean) => void;
  readonly instanceId: string;
}

/** The leader's half of the webhook: judges the bodies that wait, and acknowledges each once its trades are in. */
export class WebhookSource {
  private readonly log = new Logger('solana');
  private openRead: Promise<readonly StreamEntry[]> | null = null;
  private batch: number = BATCH.least;
  private readonly progress = new InboxProgress();

  constructor(private readonly parts: WebhookParts) {}

  /** Works until the signal is aborted, or another leads. Errors of Redis are waited out. */
  async run(fencingToken: number, signal: AbortSignal): Promise<'aborted' | 'stale_leader'> {
    let isFresh = true;
    while (!signal.aborted) {
      try {
        if (isFresh) await this.parts.inbox.prepare();
        const entries: readonly StreamEntry[] = isFresh ? await this.takeOver() : await this.read(signal);
        const isLast = !isFresh && entries.length < this.batch;
        if (entries.length > 0) this.progress.began();
        if ((await this.handle(entries, fencingToken, signal)) === 'stale_leader') return 'stale_leader';
        if (isLast) this.progress.reached();
        isFresh = isFresh && entries.length > 0;
      } catch (err) {
        if (isAborted(signal)) break;
        isFresh = true;
        this.log.warn({ message: 'webhook inbox could not be worked', err });
        await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return 'aborted';
  }

  /** Resolves when the bodies that wait now are judged. */
  caughtUp(): Promise<void> {
    return this.progress.caughtUp();
  }

  /** What an earlier leader, or a batch that broke off, left; again and again until nothing is left. */
  private takeOver(): Promise<readonly StreamEntry[]> {
    return this.parts.inbox.takeOver(this.parts.instanceId, this.batch);
  }

  /** A read that is still open when a term ends is awaited by the next one: its entries are lost to nobody. */
  private async read(signal: AbortSignal): Promise<readonly StreamEntry[]> {
    const { inbox, blocking, instanceId } = this.parts;
    this.openRead ??= inbox.read(blocking, instanceId, this.batch).finally(() => (this.openRead = null));
    let stop = (): void => undefined;
    const over = new Promise<readonly StreamEntry[]>((resolve) => {
      stop = () => resolve([]);
      signal.addEventListener('abort', stop, { once: true });
    });
    const reading = this.openRead;
    reading.catch(() => undefined);
    const idle = setTimeout(() => this.progress.idle(), IDLE_AFTER_MS);
    return await Promise.race([reading, over]).finally(() => {
      clearTimeout(idle);
      signal.removeEventListener('abort', stop);
    });
  }

  private async handle(
    entries: readonly StreamEntry[],
    fencingToken: number,
    signal: AbortSignal,
  ): Promise<'done' | 'stale_leader'> {
    signal.throwIfAborted();
    this.parts.onBacklog(entries.length >= this.batch);
    if (entries.length === 0) return 'done';
    this.adapt(entries);
    const senders = new Map<string, Sender>();
    const pushed = entries.flatMap((entry) => {
      const understood = bodiesOf(entry.text).flatMap((body) => this.understood(body, entry.requestId));
      for (const { signature } of understood) senders.set(signature, entry);
      return understood;
    });
    const signatures = pushed.map(({ signature }) => signature);
    const tag = await this.parts.desk.take(pushed, { source: 'WEBHOOK', fencingToken, signal, senders });
    if (tag === 'stale_leader') return tag;
    await this.parts.inbox.done(entries.map(({ id }) => id));
    this.parts.trust.brought(signatures);
    this.parts.onEvents(pushed.length);
    return 'done';
  }

  /** Large batches where much waits: a commit costs about the same for one trade and for a hundred. */
  private adapt(entries: readonly StreamEntry[]): void {
    const text = entries.reduce((sum, entry) => sum + entry.text.length, 0);
    if (text > BATCH_TEXT) this.batch = Math.max(BATCH.least, Math.floor(this.batch / 2));
    else if (entries.length >= this.batch) this.batch = Math.min(BATCH.most, this.batch * 2);
  }

  private understood(body: unknown, requestId: string | null): readonly Transaction[] {
    try {
      return [readTransaction(body)];
    } catch (err) {
      const code = err instanceof SolanaError ? err.code : 'SOLANA_TRANSACTION_MALFORMED';
      const missing = err instanceof SolanaError ? err.context['missing'] : undefined;
      this.log.warn({ message: 'pushed transaction not understood', requestId, code, missing });
      return [];
    }
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** The receiver has let nothing else in. */
function bodiesOf(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
