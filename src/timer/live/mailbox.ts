/** Who waits for the next item. */
interface Reader<Item> {
  readonly resolve: (result: IteratorResult<Item>) => void;
  readonly reject: (err: Error) => void;
}

/**
 * What one slow reader has not read yet. Its bound is the writer's choice: the newest only (`replace`), or a queue
 * that fails when it is full (`put`). `return` ends a pending `next` at once, which an async generator cannot do.
 */
export class Mailbox<Item> implements AsyncIterableIterator<Item> {
  private waiting: Item[] = [];
  private reader: Reader<Item> | null = null;
  private isClosed = false;
  private failure: Error | null = null;

  /** @param onClose - called once, when the reader leaves or the writer ends or fails */
  constructor(private readonly onClose: () => void) {}

  /** Keeps `item` as the only waiting one. */
  replace(item: Item): void {
    this.waiting = [];
    this.put(item, 1);
  }

  /** Adds `item`; false, and nothing added, where `limit` items wait already. */
  put(item: Item, limit: number): boolean {
    if (this.isClosed) return true;
    if (this.reader !== null) {
      const { resolve } = this.reader;
      this.reader = null;
      resolve({ value: item, done: false });
      return true;
    }
    if (this.waiting.length >= limit) return false;
    this.waiting.push(item);
    return true;
  }

  /** Ends with what waits still to be read. */
  end(): void {
    this.close(null);
  }

  /** Lets the reader fail, after what waits was read. */
  fail(err: Error): void {
    this.close(err);
  }

  /** Takes out everything that waits. */
  drain(): Item[] {
    return this.waiting.splice(0);
  }

  /** How it ended; null while it is open. */
  get ended(): { readonly failure: Error | null } | null {
    return this.isClosed ? { failure: this.failure } : null;
  }

  next(): Promise<IteratorResult<Item>> {
    const item = this.waiting.shift();
    if (item !== undefined) return Promise.resolve({ value: item, done: false });
    if (this.failure !== null) {
      const { failure } = this;
      this.failure = null;
      return Promise.reject(failure);
    }
    if (this.isClosed) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.reader = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Item>> {
    this.waiting = [];
    this.close(null);
    return Promise.resolve({ value: undefined, done: true });
  }

  async throw(err: unknown): Promise<IteratorResult<Item>> {
    await this.return();
    throw err;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private close(failure: Error | null): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { reader } = this;
    this.reader = null;
    if (reader === null) this.failure = failure;
    else if (failure === null) reader.resolve({ value: undefined, done: true });
    else reader.reject(failure);
    this.onClose();
  }
}
