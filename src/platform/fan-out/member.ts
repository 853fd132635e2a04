/** Something made once for all members of a group. */
export interface Part<Item> {
  /** Rises with each part of a group. */
  readonly serial: number;
  readonly item: Item;
  /** The bytes of its text, one character each (latin1). */
  readonly text: string;
}

/** Where the bytes of a member go: a socket, or an HTTP answer. */
export interface Sink {
  readonly writableLength: number;
  write(text: string, encoding: 'latin1', done?: (err?: Error | null) => void): unknown;
}

/** One reader of a group. It holds nothing of what it has not been sent, but for a bounded queue of unread parts. */
export abstract class Member<Item> {
  /** Serial of the newest part it was sent. */
  serial = 0;
  /** Waits for its sink to take what was sent before. */
  isBehind = false;
  /** Parts that wait for the sink, oldest first; only in groups that keep every part. */
  queue: Part<Item>[] | null = null;

  abstract readonly sink: Sink;

  /** The bytes of `part` for this member, one character each; empty where it has no use for it. */
  abstract frame(part: Part<Item>): string;

  /** It left more unread than a group keeps for it; it has to go. */
  abstract tooSlow(): void;

  /** Nothing follows; `texts` are the group's last words, to be framed like parts. */
  abstract end(texts: readonly string[]): void;
}

/** Calls `done` once everything written before has left the process; with an error where it never will. */
export function onFlushed(sink: Sink, done: (err?: Error | null) => void): void {
  // 'drain' comes only after a full buffer; an empty write is done when the bytes before it are
  sink.write('', 'latin1', done);
}
