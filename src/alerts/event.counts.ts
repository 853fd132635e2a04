import { ALERT_RULE_NAMES, ALERT_RULES } from '../config/alert-rules';
import type { AlertRuleName } from '../config/alert-rules';
import type { RedisService } from '../platform/redis/redis.service';
import type { AlertKeys } from './alert.keys';
import type { AlertContext, AlertReading } from './domain/alert';

/** The counted time is divided into so many slices; an event is forgotten one slice late at most. */
const SLICES = 10;

/** Rules that count events. */
export const EVENT_RULES: readonly AlertRuleName[] = ALERT_RULE_NAMES.filter(
  (name) => ALERT_RULES[name].unit === 'events',
);

/** Events that have not been told to Redis yet. */
interface Untold {
  count: number;
  context: AlertContext;
}

/**
 * Counts events of the last minutes over all instances. Counting itself only touches memory: what is counted goes to
 * Redis with the next look, and waits here while Redis is away.
 */
export class EventCounts {
  private untold = new Map<AlertRuleName, Untold>();

  /** @param nowMs - shared clock */
  constructor(
    private readonly redis: Pick<RedisService, 'commands'>,
    private readonly keys: AlertKeys,
    private readonly countedMs: number,
    private readonly nowMs: () => number,
  ) {}

  /** An event happened; never throws. */
  add(rule: AlertRuleName, context: AlertContext, count = 1): void {
    const before = this.untold.get(rule)?.count ?? 0;
    this.untold.set(rule, { count: before + count, context });
  }

  /** Tells Redis what was counted, then reads what all instances have counted. @throws while Redis is away */
  async read(): Promise<ReadonlyMap<AlertRuleName, readonly AlertReading[]>> {
    await this.tell();
    const slice = this.slice();
    const slices = Array.from({ length: SLICES + 1 }, (_, ago) => slice - ago);
    const names = EVENT_RULES.flatMap((rule) => slices.map((one) => this.keys.count(rule, one)));
    const [counts, contexts] = await Promise.all([
      this.redis.commands.mget(names),
      this.redis.commands.hgetall(this.keys.last),
    ]);
    const perRule = slices.length;
    return new Map(
      EVENT_RULES.map((rule, at) => {
        const own = counts.slice(at * perRule, (at + 1) * perRule);
        const value = own.reduce((sum, count) => sum + Number(count ?? 0), 0);
        return [rule, [{ subject: null, value, context: contextOf(contexts[rule]) }]] as const;
      }),
    );
  }

  /** What this instance alone has counted and could not tell; for the time without Redis. */
  readUntold(): ReadonlyMap<AlertRuleName, readonly AlertReading[]> {
    const entries = [...this.untold].map(
      ([rule, { count, context }]) => [rule, [{ subject: null, value: count, context }]] as const,
    );
    return new Map(entries);
  }

  private async tell(): Promise<void> {
    if (this.untold.size === 0) return;
    const telling = this.untold;
    this.untold = new Map();
    const slice = this.slice();
    const batch = this.redis.commands.multi();
    for (const [rule, { count, context }] of telling) {
      const key = this.keys.count(rule, slice);
      batch.incrby(key, count).pexpire(key, this.countedMs * 2);
      batch.hset(this.keys.last, rule, JSON.stringify(context));
    }
    try {
      await batch.exec();
    } catch (err) {
      for (const [rule, { count, context }] of telling) {
        this.add(rule, this.untold.get(rule)?.context ?? context, count);
      }
      throw err;
    }
  }

  private slice(): number {
    return Math.floor(this.nowMs() / (this.countedMs / SLICES));
  }
}

function contextOf(text: string | undefined): AlertContext {
  const value: unknown = text === undefined ? {} : JSON.parse(text);
  if (typeof value !== 'object' || value === null) return {};
  const facts = Object.entries(value).filter((entry): entry is [string, string | number | boolean | null] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
  return Object.fromEntries(facts);
}
