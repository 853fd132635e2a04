import { createSourceEventStream, execute } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { Group } from '../../platform/fan-out/group';
import type { Keeping } from '../../platform/fan-out/group';
import { isSharedStream } from '../../platform/fan-out/shared-stream';
import { PublicError } from '../../platform/public-error';
import { asGraphqlError, completeTail, errorTail, nextTail } from './answers';
import type { GroupMember } from './group.member';

/** What makes two subscriptions the same. */
export interface GroupKey {
  readonly text: string;
  readonly keeping: Keeping;
}

const MAX_GROUPS = 1_000;
const MAX_GROUPS_PER_ADDRESS = 100;

/**
 * Subscriptions that are the same for everybody who has them: the first member of a group begins the operation, each
 * result is executed and serialised once, and all members get the same bytes behind their own ids.
 */
export class Hub {
  private readonly groups = new Map<string, Group<unknown>>();
  private readonly founded = new Map<string, number>();

  /** Groups that have members. */
  get size(): number {
    return this.groups.size;
  }

  /** Members of all groups. */
  get members(): number {
    let members = 0;
    for (const { size } of this.groups.values()) members += size;
    return members;
  }

  /**
   * Adds a member to its group, which is begun with `args` where it does not exist.
   *
   * @throws PublicError where there are too many different subscriptions
   */
  join(key: GroupKey, member: GroupMember, args: ExecutionArgs): void {
    let group = this.groups.get(key.text);
    if (group === undefined) {
      group = this.found(key, member.address, args);
      member.enter(group);
      void this.open(group, args);
    } else member.enter(group);
  }

  private found(key: GroupKey, founder: string, args: ExecutionArgs): Group<unknown> {
    const founded = this.founded.get(founder) ?? 0;
    if (this.groups.size >= MAX_GROUPS || founded >= MAX_GROUPS_PER_ADDRESS)
      throw new PublicError(
        'SERVICE_UNAVAILABLE',
        'too many different subscriptions; ask for one of the usual',
      );
    const group = new Group<unknown>({
      keeping: key.keeping,
      serialise: (item) => nextTail(resultOf(item, args)),
      lastWords: (err) => [err === null ? completeTail : errorTail([asGraphqlError(err)])],
      onClosed: () => {
        if (this.groups.get(key.text) !== group) return;
        this.groups.delete(key.text);
        const left = (this.founded.get(founder) ?? 1) - 1;
        if (left > 0) this.founded.set(founder, left);
        else this.founded.delete(founder);
      },
    });
    this.groups.set(key.text, group);
    this.founded.set(founder, founded + 1);
    return group;
  }

  private async open(group: Group<unknown>, args: ExecutionArgs): Promise<void> {
    try {
      const stream = await createSourceEventStream(args);
      if (isSharedStream(stream)) group.open(stream);
      else if (Symbol.asyncIterator in stream) throw new Error('the field yields no shared stream');
      else group.finish([nextTail(stream), completeTail]);
    } catch (err) {
      group.finish([errorTail([asGraphqlError(err)])]);
    }
  }
}

/** One result for all; fields that are shared resolve without waiting. */
function resultOf(item: unknown, args: ExecutionArgs): ExecutionResult {
  const result = execute({ ...args, rootValue: item });
  if (result instanceof Promise) throw new Error('a shared field must resolve at once');
  return result;
}
