import type { Group } from '../../platform/fan-out/group';
import { Member } from '../../platform/fan-out/member';
import type { Part, Sink } from '../../platform/fan-out/member';
import type { Connection } from './connection';
import type { Operation } from './running-operations';
import { bytesOf, CloseCode, textFrame, textHeader } from './frames';

/** One subscription of one client in a group. */
export class GroupMember extends Member<unknown> implements Operation {
  readonly sink: Sink;
  /** The only part of a message that is its own. */
  private readonly head: string;
  private group: Group<unknown> | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly id: string,
  ) {
    super();
    this.sink = connection.socket;
    this.head = bytesOf(`{"id":${JSON.stringify(id)}`);
  }

  /** Where the client is. */
  get address(): string {
    return this.connection.address;
  }

  /** Becomes a member. */
  enter(group: Group<unknown>): void {
    this.group = group;
    group.join(this);
  }

  frame(part: Part<unknown>): string {
    return textHeader(this.head.length + part.text.length) + this.head + part.text;
  }

  tooSlow(): void {
    this.connection.close(
      CloseCode.tooSlow,
      'too slow: more than 1,000 unread messages; read them by cursor',
    );
  }

  end(texts: readonly string[]): void {
    this.connection.forget(this.id);
    for (const text of texts) this.connection.write(textFrame(this.head + text));
  }

  leave(): void {
    this.group?.leave(this);
    this.group = null;
  }
}
