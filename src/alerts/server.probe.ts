import type { AlertRuleName } from '../config/alert-rules';
import type { PostgresService } from '../platform/postgres/postgres.service';
import type { RedisService } from '../platform/redis/redis.service';
import type { SharedClock } from '../platform/redis/shared-clock';
import type { AlertPace } from './alert.pace';
import type { AlertProbe, AlertReading, AlertReadings } from './domain/alert';

const ANSWER_WITHIN_MS = 1_000;

/** Whether Redis and Postgres answer, and how the shared clock is. */
export class ServerProbe implements AlertProbe {
  private redisAnsweredAtMs = performance.now();
  private postgresAnsweredAtMs = performance.now();
  private asking: Promise<unknown> | null = null;

  constructor(
    private readonly redis: Pick<RedisService, 'commands' | 'isReady'>,
    private readonly postgres: Pick<PostgresService, 'query'>,
    private readonly clock: Pick<SharedClock, 'suspectForMs' | 'largestStepMs'>,
    private readonly pace: Pick<AlertPace, 'countedMs'>,
  ) {}

  /** Whether Redis answers within a second. */
  async askRedis(): Promise<boolean> {
    const isAnswered = this.redis.isReady && (await isInTime(this.redis.commands.ping()));
    if (isAnswered) this.redisAnsweredAtMs = performance.now();
    return isAnswered;
  }

  /** @see AlertProbe */
  async read(): Promise<AlertReadings> {
    await this.askPostgres();
    const nowMs = performance.now();
    return new Map<AlertRuleName, readonly AlertReading[]>([
      ['redis-lost', [level((nowMs - this.redisAnsweredAtMs) / 1000)]],
      ['postgres-lost', [level((nowMs - this.postgresAnsweredAtMs) / 1000)]],
      ['clock-suspect', [level(this.clock.suspectForMs / 1000)]],
      ['clock-step', [level(this.clock.largestStepMs(this.pace.countedMs) / 1000)]],
    ]);
  }

  // a statement that hangs is not asked beside another one
  private async askPostgres(): Promise<void> {
    if (this.asking !== null) return;
    const asking = this.postgres.query('select 1').then(() => {
      this.postgresAnsweredAtMs = performance.now();
    });
    this.asking = asking.catch(() => undefined).finally(() => (this.asking = null));
    await isInTime(asking);
  }
}

function level(value: number): AlertReading {
  return { subject: null, value, context: {} };
}

async function isInTime(answer: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS, false);
  });
  const answered = answer.then(
    () => true,
    () => false,
  );
  return await Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
