import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from 'ioredis';
import type { RedisService } from '../../platform/redis/redis.service';
import { adminKeys } from '../admin.keys';
import type { AttemptLimits, AttemptVerdict } from '../domain/attempts';
import { LocalAttempts } from './local-attempts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    judgeAttempt(
      ...keysAndArguments: (string | number)[]
    ): Result<[AttemptVerdict['tag'], number, number], Context>;
  }
}

/** Longest wait for Redis; after it this instance judges alone. */
const ANSWER_WITHIN_MS = 1_000;

/** Judges attempts in windows that all instances share; by what this one has seen while Redis is away. */
export class AttemptStore {
  private readonly local: LocalAttempts;

  constructor(
    private readonly redis: Pick<RedisService, 'commands' | 'isReady' | 'keyPrefix'>,
    private readonly limits: AttemptLimits,
  ) {
    this.local = new LocalAttempts(limits);
    redis.commands.defineCommand('judgeAttempt', {
      numberOfKeys: 3,
      lua: readFileSync(join(__dirname, 'attempts.lua'), 'utf8'),
    });
  }

  /** Judges one attempt; the same work whether it is right or not. Does not throw. */
  async judge(address: string, isRight: boolean): Promise<AttemptVerdict> {
    if (!this.redis.isReady) return this.local.judge(address, isRight);
    const shared = await this.ask(address, isRight).catch(() => null);
    if (shared === null) return this.local.judge(address, isRight);
    if (shared.tag === 'right') this.local.knows(address);
    return shared;
  }

  private async ask(address: string, isRight: boolean): Promise<AttemptVerdict | null> {
    const keys = adminKeys(this.redis.keyPrefix);
    const { windowMs, perAddress, inTotal, knownForMs } = this.limits;
    const asked = this.redis.commands
      .judgeAttempt(
        ...[keys.attemptsOf(address), keys.attempts, keys.knownAddress(address)],
        ...[isRight ? 1 : 0, windowMs, perAddress, inTotal, knownForMs, randomUUID()],
      )
      .then(([tag, waitMs, count]) => ({ tag, waitMs, count }));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, ANSWER_WITHIN_MS, null);
    });
    return await Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }
}
