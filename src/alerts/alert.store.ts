import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis, Result } from 'ioredis';
import { alertKeys } from './alert.keys';
import type { AlertKeys } from './alert.keys';
import { noticeId } from './domain/alert';
import type { Alert, Notice } from './domain/alert';
import { readAlert, readNotice } from './read-alert';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    raiseAlert(...args: (string | number)[]): Result<[RaiseTag, string], Context>;
    settleAlert(...args: (string | number)[]): Result<SettleTag, Context>;
  }
}

type RaiseTag = 'fired' | 'known' | 'over';
type SettleTag = 'recovered' | 'held' | 'gone';

/** What became of the firing notice on a channel; null: nothing yet. */
export type ToldState = 'held' | 'skipped' | 'sent' | null;

const PAST_ALERTS = 1_000;
const MARK_SEC = 86_400;
const TOLD_SEC = 7 * 86_400;

/** The state of all alerts, shared by all instances. Every method throws what ioredis throws while Redis is away. */
export class AlertStore {
  readonly keys: AlertKeys;

  /** @param redis - a connection whose commands fail soon while Redis is away */
  constructor(
    private readonly redis: Redis,
    keyPrefix: string,
    private readonly instanceId: string,
  ) {
    this.keys = alertKeys(keyPrefix);
    const script = (name: string): string => readFileSync(join(__dirname, 'redis', `${name}.lua`), 'utf8');
    redis.defineCommand('raiseAlert', { numberOfKeys: 4, lua: script('raise') });
    redis.defineCommand('settleAlert', { numberOfKeys: 5, lua: script('settle') });
  }

  /**
   * This instance reads the alert.
   *
   * @param holdsMs - until then nobody else ends it
   * @param isTold - somebody was told already, without Redis
   * @returns the alert as it fires, and whether this made it fire; null where this very occurrence is over
   */
  async raise(
    key: string,
    alert: Alert,
    holdsMs: number,
    isTold = false,
  ): Promise<{ alert: Alert; isNew: boolean } | null> {
    const { keys } = this;
    const notice: Notice = { kind: 'fired', alert };
    const [tag, text] = await this.redis.raiseAlert(
      ...[keys.firing, keys.seen(key), keys.outbox, keys.over(alert.id)],
      ...[key, this.instanceId, holdsMs, JSON.stringify(alert), noticeId(notice)],
      isTold ? '' : JSON.stringify(notice),
    );
    return tag === 'over' ? null : { alert: readAlert(text) ?? alert, isNew: tag === 'fired' };
  }

  /** This instance does not read the alert; true where it is over now. */
  async settle(key: string, alert: Alert): Promise<boolean> {
    const { keys } = this;
    const notice: Notice = { kind: 'recovered', alert };
    const tag = await this.redis.settleAlert(
      ...[keys.firing, keys.seen(key), keys.outbox, keys.past, keys.over(alert.id)],
      ...[key, this.instanceId, alert.id, JSON.stringify(alert), noticeId(notice), JSON.stringify(notice)],
      ...[PAST_ALERTS, MARK_SEC],
    );
    return tag === 'recovered';
  }

  /** All alerts that fire, by their keys. */
  async firing(): Promise<ReadonlyMap<string, Alert>> {
    return parsed(await this.redis.hgetall(this.keys.firing), readAlert);
  }

  /** Alerts that are over, newest first; at most a thousand are kept. */
  async past(): Promise<readonly Alert[]> {
    const texts = await this.redis.lrange(this.keys.past, 0, -1);
    return texts.map(readAlert).filter((alert) => alert !== null);
  }

  /** Notices that no queue has yet. */
  async outbox(): Promise<ReadonlyMap<string, Notice>> {
    return parsed(await this.redis.hgetall(this.keys.outbox), readNotice);
  }

  /** Puts a notice of its own into the outbox. */
  async put(notice: Notice): Promise<void> {
    await this.redis.hset(this.keys.outbox, noticeId(notice), JSON.stringify(notice));
  }

  /** The queue has it. */
  async drop(id: string): Promise<void> {
    await this.redis.hdel(this.keys.outbox, id);
  }

  /** What became of the firing notice of an occurrence on a channel. */
  async told(id: string, channel: string): Promise<ToldState> {
    const state = await this.redis.get(this.keys.told(id, channel));
    return state === 'held' || state === 'skipped' || state === 'sent' ? state : null;
  }

  /** Keeps it for a week. */
  async setTold(id: string, channel: string, state: NonNullable<ToldState>): Promise<void> {
    await this.redis.set(this.keys.told(id, channel), state, 'EX', TOLD_SEC);
  }
}

function parsed<Value>(
  hash: Readonly<Record<string, string>>,
  read: (text: string) => Value | null,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, text] of Object.entries(hash)) {
    const value = read(text);
    if (value !== null) values.set(name, value);
  }
  return values;
}
