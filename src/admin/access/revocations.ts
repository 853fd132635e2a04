import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { PostgresService } from '../../platform/postgres/postgres.service';
import { RedisService } from '../../platform/redis/redis.service';
import { adminKeys } from '../admin.keys';
import type { Credential } from '../domain/caller';

/** Well below the second within which a revocation has to be in force everywhere, whatever became of the message. */
const LOOK_EVERY_MS = 400;

const STILL_LIVE = `
  select id::text as id from api_keys
    where id = any ($1::uuid[]) and revoked_at is null and (expires_at is null or expires_at > now())
  union all
  select s.id::text from sessions s
    where s.id = any ($1::uuid[]) and s.revoked_at is null and s.expires_at > now()
      and (s.api_key_id is null or exists (select 1 from api_keys k
        where k.id = s.api_key_id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())))`;

/**
 * Tells what is used for long, such as a socket, that the key or session behind it has ended. A message brings a
 * revocation at once; looking at Postgres again and again, while anything is watched, finds what no message brought,
 * and what has expired.
 */
@Injectable()
export class Revocations implements OnModuleInit, OnModuleDestroy {
  private readonly watched = new Map<string, Set<() => void>>();
  private readonly listeners = new Set<(id: string) => void>();
  private readonly log = new Logger('admin');
  private readonly channel: string;
  private subscription: Promise<number> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly redis: RedisService,
    private readonly postgres: PostgresService,
  ) {
    this.channel = adminKeys(redis.keyPrefix).revoked;
  }

  onModuleInit(): void {
    this.subscription = this.redis.pubSub.subscribe<unknown>(this.channel, (payload) => {
      if (Array.isArray(payload)) for (const id of payload) if (typeof id === 'string') this.end(id);
    });
    this.subscription.catch((err: unknown) => this.log.warn({ message: 'revocations not heard', err }));
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    const id = await this.subscription?.catch(() => null);
    if (typeof id === 'number') this.redis.unfollow(id);
  }

  /** Calls `listener` with the id of each key and session that is revoked anywhere. */
  listen(listener: (id: string) => void): void {
    this.listeners.add(listener);
  }

  /** Calls `onEnd` once when the credential is no longer good for anything; the result ends the watch. */
  watch({ id }: Credential, onEnd: () => void): () => void {
    if (id === null) return () => undefined;
    const ends = this.watched.get(id) ?? new Set();
    this.watched.set(id, ends.add(onEnd));
    return () => {
      ends.delete(onEnd);
      if (ends.size === 0 && this.watched.get(id) === ends) this.watched.delete(id);
    };
  }

  /** Tells every instance, this one at once, that keys or sessions were revoked. Does not throw. */
  async tell(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.end(id);
    await this.redis.pubSub
      .publish(this.channel, ids)
      .catch((err: unknown) => this.log.warn({ message: 'revocation not published', err }));
  }

  private end(id: string): void {
    for (const listener of this.listeners) listener(id);
    const ends = this.watched.get(id) ?? [];
    this.watched.delete(id);
    for (const onEnd of ends) onEnd();
  }

  private schedule(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.look().finally(() => this.schedule()), LOOK_EVERY_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const ids = [...this.watched.keys()];
    if (ids.length === 0) return;
    try {
      const rows = await this.postgres.query<{ readonly id: string }>(STILL_LIVE, [ids]);
      const live = new Set(rows.map(({ id }) => id));
      for (const id of ids) if (!live.has(id)) this.end(id);
    } catch (err) {
      this.log.debug({ message: 'revocations not looked up', err });
    }
  }
}
