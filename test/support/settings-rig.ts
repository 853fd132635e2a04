import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module';
import { parseEnv } from '../../src/config/env';
import { NestLogger } from '../../src/platform/logging/logger';
import type { Log } from '../../src/platform/logging/logger';
import { PlatformModule } from '../../src/platform/platform.module';
import { SettingsModule } from '../../src/settings/settings.module';
import { isSettingsRefusal, SettingsService } from '../../src/settings/settings.service';
import type { SettingsOrder, SettingsRecord, SettingsRefusal } from '../../src/settings/settings.service';
import type { Settings } from '../../src/settings/domain/settings';
import { silentLog } from './silent-log';

/** The settings room of one instance on real servers; several make a cluster. */
export class SettingsRig implements AsyncDisposable {
  private constructor(private readonly app: INestApplicationContext) {}

  /** @param environment - at least REDIS_URL, DATABASE_URL and REDIS_KEY_PREFIX */
  static async start(
    environment: Readonly<Record<string, string>>,
    log: Log = silentLog,
  ): Promise<SettingsRig> {
    const { env } = parseEnv({ NODE_ENV: 'test', ...environment });
    const testing = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(env), PlatformModule, SettingsModule],
    }).compile();
    testing.useLogger(new NestLogger(log));
    try {
      return new SettingsRig(await testing.init());
    } catch (err) {
      await testing.close();
      throw err;
    }
  }

  get settings(): SettingsService {
    return this.app.get(SettingsService);
  }

  async close(): Promise<void> {
    await this.app.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** An order of somebody, by default on whatever version is in force. */
export function orderOf(expectedVersion: number | null = null): SettingsOrder {
  return { expectedVersion, actor: 'somebody', reason: 'a test' };
}

/** The settings that an accepted change brought into force. @throws when it was refused */
export function accepted(outcome: SettingsRecord | SettingsRefusal): Settings {
  if (isSettingsRefusal(outcome)) throw new Error(`refused: ${outcome.message}`);
  return outcome.settings;
}
