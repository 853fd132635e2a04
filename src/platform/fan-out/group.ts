import { onFlushed } from './member';
import type { Member, Part } from './member';
import { tellMoment } from './moments';
import type { SharedStream } from './shared-stream';

/** What members that lag behind are owed: the newest part alone, or every part in order. */
export type Keeping = 'newest' | 'every';

/** What makes one group differ from another. */
export interface GroupOptions<Item> {
  readonly keeping: Keeping;
  /** Makes the text of an item, once for all members; one character per byte. */
  readonly serialise: (item: Item) => string;
  /** The last words to every member; `err` where the stream failed. */
  readonly lastWords: (err: Error | null) => readonly string[];
  /** Called once, when the last member has left or the stream has ended. */
  readonly onClosed: () => void;
}

/** A part younger than this serves whoever comes or catches up. */
const FRESH_MS = 50;
/** After so many members a pass makes way for other work, such as hearing of what is newer. */
const CHUNK = 1_000;
const MAX_QUEUED = 1_000;
const PARTS_PER_WRITE = 64;

/**
 * Sends what one stream yields to any number of members: each item is serialised once, each member gets the same bytes
 * behind its own head. Nothing is queued for a member whose sink is full; it gets the newest part when it has room
 * again, or, where every part counts, a bounded queue, past which it has to go.
 */
export class Group<Item> {
  private readonly members = new Set<Member<Item>>();
  private stream: SharedStream<Item> | null = null;
  private serials = 0;
  private latest: Part<Item> | null = null;
  private latestAtMs = -Infinity;
  /** Serial of the newest part that is for everybody; others were made for those who came late. */
  private due = 0;
  /** Parts that the running pass gives, and those that come after it; only where every part counts. */
  private given: readonly Part<Item>[] = [];
  private unsent: Part<Item>[] = [];
  private isPassing = false;
  private isDue = false;
  private isOver = false;

  constructor(private readonly options: GroupOptions<Item>) {}

  get size(): number {
    return this.members.size;
  }

  /** Whether nothing more comes. */
  get isClosed(): boolean {
    return this.isOver;
  }

  /** Adds a member; where the newest part counts, it is sent the present one at once. */
  join(member: Member<Item>): void {
    this.members.add(member);
    this.stream?.serves(this.members.size);
    if (this.options.keeping === 'newest') this.welcome(member);
    else member.serial = this.serials;
  }

  /** Removes a member; with the last one the group closes. Safe to repeat. */
  leave(member: Member<Item>): void {
    if (!this.members.delete(member)) return;
    this.stream?.serves(this.members.size);
    if (this.members.size === 0) this.close();
  }

  /** Closes a group whose first member never came. */
  closeIfEmpty(): void {
    if (this.members.size === 0) this.close();
  }

  /** Begins to send. A group that was closed meanwhile closes `stream`. */
  open(stream: SharedStream<Item>): void {
    if (this.isOver) {
      void stream.return?.();
      return;
    }
    this.stream = stream;
    stream.serves(this.members.size);
    stream.push({ item: (item) => this.take(item), end: (err) => this.finish(this.options.lastWords(err)) });
  }

  /** Says `texts` to every member, after what it is owed, and closes. */
  finish(texts: readonly string[]): void {
    if (this.isOver) return;
    const members = [...this.members];
    this.members.clear();
    for (const member of members) {
      for (const part of this.owed(member)) this.write(member, member.frame(part));
      member.end(texts);
    }
    this.close();
  }

  private close(): void {
    if (this.isOver) return;
    this.isOver = true;
    void this.stream?.return?.();
    this.stream = null;
    this.options.onClosed();
  }

  private take(item: Item): void {
    tellMoment('heard');
    const part = this.make(item);
    if (part === null) return;
    tellMoment('made');
    this.due = part.serial;
    if (this.options.keeping === 'every') this.unsent.push(part);
    this.isDue = true;
    if (this.isPassing) return;
    this.isPassing = true;
    // trades of one turn of the loop go out together
    if (this.options.keeping === 'every') setImmediate(() => this.beginPass());
    else this.beginPass();
  }

  /** Serialises; null where that failed, and the group with it. */
  private make(item: Item): Part<Item> | null {
    try {
      const text = this.options.serialise(item);
      this.serials += 1;
      this.latest = { serial: this.serials, item, text };
      this.latestAtMs = performance.now();
      return this.latest;
    } catch (err) {
      this.finish(this.options.lastWords(err instanceof Error ? err : new Error(String(err))));
      return null;
    }
  }

  private beginPass(): void {
    this.isDue = false;
    this.given = this.unsent;
    this.unsent = [];
    this.pass(this.members.values(), this.due);
  }

  /** Gives every member its due; other work gets its turn after each chunk. */
  private pass(rest: IterableIterator<Member<Item>>, serial: number): void {
    let left = CHUNK;
    for (let step = rest.next(); step.done !== true; step = rest.next()) {
      const member = step.value;
      if (member.serial < serial) {
        if (this.options.keeping === 'every') this.giveAll(member, this.given);
        else this.giveNewest(member);
      }
      left -= 1;
      if (left > 0) continue;
      setImmediate(() => this.pass(rest, serial));
      return;
    }
    tellMoment('passed');
    this.given = [];
    this.isPassing = this.isDue;
    if (this.isDue) setImmediate(() => this.beginPass());
  }

  private welcome(member: Member<Item>): void {
    if (this.latest === null || this.stream === null) return;
    this.refresh(this.stream);
    this.giveNewest(member);
  }

  /** Makes the newest part anew where it is too old for somebody who sees it first; its state stays that last sent. */
  private refresh(stream: SharedStream<Item>): void {
    if (performance.now() - this.latestAtMs < FRESH_MS) return;
    const item = stream.present();
    if (item !== null) this.make(item);
  }

  private giveNewest(member: Member<Item>): void {
    if (this.latest === null) return;
    if (member.sink.writableLength > 0) {
      this.waitFor(member);
      return;
    }
    this.write(member, member.frame(this.latest));
    member.serial = this.latest.serial;
  }

  private giveAll(member: Member<Item>, parts: readonly Part<Item>[]): void {
    const fresh = unseenBy(member, parts);
    const queue = member.queue === null ? fresh : member.queue.concat(fresh);
    member.serial = fresh.at(-1)?.serial ?? member.serial;
    let sent = 0;
    while (sent < queue.length && member.sink.writableLength === 0) {
      let text = '';
      for (const part of queue.slice(sent, sent + PARTS_PER_WRITE)) text += member.frame(part);
      this.write(member, text);
      sent += PARTS_PER_WRITE;
    }
    member.queue = sent >= queue.length ? null : queue.slice(sent);
    if (member.queue === null) return;
    if (member.queue.length <= MAX_QUEUED) {
      this.waitFor(member);
      return;
    }
    member.queue = null;
    this.leave(member);
    member.tooSlow();
  }

  private write(member: Member<Item>, text: string): void {
    if (text !== '') member.sink.write(text, 'latin1');
  }

  private waitFor(member: Member<Item>): void {
    if (member.isBehind) return;
    member.isBehind = true;
    onFlushed(member.sink, (err) => {
      // a sink that is destroyed has bytes for ever; asking it again and again would let nothing else run
      if (err !== undefined && err !== null) return;
      member.isBehind = false;
      if (this.members.has(member)) this.catchUp(member);
    });
  }

  private catchUp(member: Member<Item>): void {
    if (this.options.keeping === 'every') {
      this.giveAll(member, []);
      return;
    }
    // it may have been served meanwhile
    if (member.serial >= this.due) return;
    if (this.stream !== null) this.refresh(this.stream);
    this.giveNewest(member);
  }

  private owed(member: Member<Item>): readonly Part<Item>[] {
    if (this.options.keeping === 'every')
      return [...(member.queue ?? []), ...unseenBy(member, [...this.given, ...this.unsent])];
    return this.latest === null || member.serial >= this.due ? [] : [this.latest];
  }
}

function unseenBy<Item>(member: Member<Item>, parts: readonly Part<Item>[]): readonly Part<Item>[] {
  const [first] = parts;
  if (first === undefined || first.serial > member.serial) return parts;
  return parts.filter(({ serial }) => serial > member.serial);
}
