import { RedisPubSub } from 'graphql-redis-subscriptions';

/**
 * The PubSub of graphql-redis-subscriptions. A subscription that fails, such as one that is asked for while the connection
 * closes, is told by it to whoever asked, and by a promise of its own to whoever asks for the same channel meanwhile.
 * Mostly nobody does; then nobody hears that promise, and a rejection that nobody hears ends the process.
 */
export class PubSubEngine extends RedisPubSub {
  override subscribe<Payload>(
    channel: string,
    onMessage: (payload: Payload) => void,
    options?: unknown,
  ): Promise<number> {
    const asked = super.subscribe<Payload>(channel, onMessage, options);
    const waiting: unknown = Reflect.get(this, 'subsPendingRefsMap');
    const entry: unknown = waiting instanceof Map ? waiting.get(channel) : undefined;
    if (isPending(entry)) void entry.pending.then(undefined, () => undefined);
    return asked;
  }
}

function isPending(entry: unknown): entry is { readonly pending: PromiseLike<unknown> } {
  return typeof entry === 'object' && entry !== null && 'pending' in entry;
}
