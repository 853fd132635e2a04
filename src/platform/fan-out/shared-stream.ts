/** Who is given the items of a stream. */
export interface StreamReader<Item> {
  item(item: Item): void;
  /** Nothing follows; `err` where the stream failed. */
  end(err: Error | null): void;
}

/**
 * A stream that can serve many readers at once: what it yields is the same for all of them. It is read either as an
 * iterator or, after `push`, by a reader who gets each item in the turn in which it was made.
 */
export interface SharedStream<Item> extends AsyncIterableIterator<Item> {
  /** Gives everything to `reader` from now on, what waits already at once. */
  push(reader: StreamReader<Item>): void;
  /** What somebody who comes late is told first, as of now; null: nothing. */
  present(): Item | null;
  /** How many are served; 1 until told otherwise, 0 after the end. */
  serves(readers: number): void;
}

/** Whether a stream can be shared. */
export function isSharedStream(value: unknown): value is SharedStream<unknown> {
  return (
    typeof value === 'object' && value !== null && 'push' in value && 'present' in value && 'serves' in value
  );
}
