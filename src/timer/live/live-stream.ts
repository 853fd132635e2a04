import type { SharedStream, StreamReader } from '../../platform/fan-out/shared-stream';
import { Mailbox } from './mailbox';

/** What a stream does beside delivering. */
export interface StreamHooks<Raw, Item> {
  /** Makes what is delivered, in the turn in which it is delivered. */
  readonly map: (raw: Raw) => Item;
  /** Called once, when the reader leaves or the stream ends. */
  readonly closed: () => void;
  /** How many readers are served from now on; first called when the stream opens, with 1. */
  readonly serves?: (readers: number) => void;
}

/** A stream of a timer: to one reader as an iterator, or to many through `push`. */
export class LiveStream<Raw, Item> implements SharedStream<Item> {
  private readonly mailbox: Mailbox<Raw>;
  private reader: StreamReader<Item> | null = null;
  private isOver = false;
  private newest: { readonly raw: Raw } | null = null;

  constructor(private readonly hooks: StreamHooks<Raw, Item>) {
    this.mailbox = new Mailbox<Raw>(() => {
      if (this.reader === null) this.over();
    });
  }

  /** Delivers the newest state; one that was not read yet is dropped. Whoever comes late is told it first. */
  replace(raw: Raw): void {
    this.newest = { raw };
    if (this.reader === null) this.mailbox.replace(raw);
    else this.give(raw);
  }

  /** Delivers one of many that all count; false where `limit` wait already. */
  put(raw: Raw, limit: number): boolean {
    if (this.reader === null) return this.mailbox.put(raw, limit);
    this.give(raw);
    return true;
  }

  /** Nothing follows; `err` where the stream failed. */
  finish(err: Error | null): void {
    const { reader } = this;
    if (reader === null) {
      if (err === null) this.mailbox.end();
      else this.mailbox.fail(err);
      return;
    }
    if (this.isOver) return;
    this.over();
    reader.end(err);
  }

  push(reader: StreamReader<Item>): void {
    this.reader = reader;
    for (const raw of this.mailbox.drain()) this.give(raw);
    const ended = this.mailbox.ended;
    if (ended !== null) reader.end(ended.failure);
  }

  present(): Item | null {
    return this.newest === null || this.isOver ? null : this.hooks.map(this.newest.raw);
  }

  serves(readers: number): void {
    if (!this.isOver) this.hooks.serves?.(readers);
  }

  async next(): Promise<IteratorResult<Item>> {
    const result = await this.mailbox.next();
    return result.done === true
      ? { value: undefined, done: true }
      : { value: this.hooks.map(result.value), done: false };
  }

  async return(): Promise<IteratorResult<Item>> {
    this.over();
    await this.mailbox.return();
    return { value: undefined, done: true };
  }

  async throw(err: unknown): Promise<IteratorResult<Item>> {
    await this.return();
    throw err;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private give(raw: Raw): void {
    if (!this.isOver) this.reader?.item(this.hooks.map(raw));
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.hooks.serves?.(0);
    this.hooks.closed();
  }
}
