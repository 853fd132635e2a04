import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { differencesOf } from './domain/first-settings';
import type { Difference } from './domain/first-settings';
import { documentOf } from './domain/settings';
import type { Settings, SettingsDocument, SettingsPatch } from './domain/settings';
import { readSettings } from './read-settings';
import type { Reading } from './read-settings';
import { SettingsError } from './settings.errors';
import { SettingsKeeper } from './settings.keeper';
import type { SettingsListener } from './settings.keeper';
import type { SettingsOrder, SettingsPage, SettingsRecord } from './settings.record';
import { refuse } from './settings.refusal';
import type { SettingsRefusal } from './settings.refusal';
import { SettingsStore } from './settings.store';

export { isSettingsRefusal } from './settings.refusal';
export type { SettingsListener } from './settings.keeper';
export type { SettingsOrder, SettingsPage, SettingsRecord } from './settings.record';
export type { SettingsRefusal } from './settings.refusal';

/** How often a change without an expected version is tried against others who change at the same moment. */
const ATTEMPTS = 5;

/** The settings of the whole deployment: read from memory, changed in Postgres, followed by every instance. */
@Injectable()
export class SettingsService {
  private readonly log = new Logger('settings');

  constructor(
    private readonly keeper: SettingsKeeper,
    private readonly store: SettingsStore,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** What is in force on this instance now; deeply frozen, and another object after each change. */
  current(): Settings {
    return this.keeper.record.settings;
  }

  /** The same with who made it so. */
  currentRecord(): SettingsRecord {
    return this.keeper.record;
  }

  /** Calls `listener` each time another version is in force; returns how to stop. */
  changes(listener: SettingsListener): () => void {
    return this.keeper.listen(listener);
  }

  /** Variables of the environment that are set and say something else than what is in force, or than `settings`. */
  differences(settings: SettingsDocument = this.current()): Difference[] {
    return differencesOf(this.env, settings);
  }

  /**
   * Changes what the patch names, and answers once Postgres has it; where nothing would change no version is made.
   *
   * Refused with CONFLICT where `expectedVersion` is not in force any more; without one the patch is applied to
   * whatever is.
   */
  async update(patch: SettingsPatch, order: SettingsOrder): Promise<SettingsRecord | SettingsRefusal> {
    return await this.change((base) => readSettings(patch, base), order);
  }

  /** Makes a document that an admin wrote the one in force: as `update`, but rules that it does not name are gone. */
  async replace(document: unknown, order: SettingsOrder): Promise<SettingsRecord | SettingsRefusal> {
    return await this.change(
      (base) => readSettings(document, { ...base, alerts: { ...base.alerts, rules: {} } }),
      order,
    );
  }

  /** Makes the values of an earlier version a new one. Refused with NOT_FOUND where there is no such version. */
  async restore(version: number, order: SettingsOrder): Promise<SettingsRecord | SettingsRefusal> {
    try {
      const found = await this.store.find(version);
      if (found === null) return refuse('NOT_FOUND', `there is no version ${version} of the settings`);
      const reason = order.reason ?? `version ${version} restored`;
      return await this.change(() => this.keeper.read(found.document), { ...order, reason });
    } catch (err) {
      return this.unavailable(err);
    }
  }

  /** Versions of the past, and the one in force. @throws SettingsError `SETTINGS_STORE_FAILED` */
  async history(page: SettingsPage): Promise<SettingsRecord[]> {
    return (await this.store.page(page)).map((stored) => this.keeper.recordOf(stored));
  }

  private async change(
    make: (base: SettingsDocument) => Reading,
    order: SettingsOrder,
  ): Promise<SettingsRecord | SettingsRefusal> {
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const outcome = await this.tryChange(make, order);
        if (outcome !== 'overtaken') return outcome;
        if (order.expectedVersion !== null) break;
      }
      return refuse('CONFLICT', 'somebody else has changed the settings meanwhile');
    } catch (err) {
      return this.unavailable(err);
    }
  }

  private async tryChange(
    make: (base: SettingsDocument) => Reading,
    { expectedVersion, actor, reason }: SettingsOrder,
  ): Promise<SettingsRecord | SettingsRefusal | 'overtaken'> {
    const present = await this.keeper.refresh();
    const { version } = present.settings;
    const base = documentOf(present.settings);
    if (expectedVersion !== null && expectedVersion !== version) {
      return refuse('CONFLICT', `version ${version} of the settings is in force, not ${expectedVersion}`);
    }
    const reading = make(base);
    if ('problems' in reading) {
      const { problems } = reading;
      const message = problems.map((problem) => `${problem.path} ${problem.message}`).join('; ');
      return refuse('BAD_USER_INPUT', message, problems);
    }
    if (isDeepStrictEqual(reading.document, base)) return present;
    const stored = await this.store.insert(version, reading.document, { actor, reason });
    return stored === null ? 'overtaken' : this.keeper.announce(stored);
  }

  private unavailable(err: unknown): SettingsRefusal {
    if (!(err instanceof SettingsError) || err.code !== 'SETTINGS_STORE_FAILED') throw err;
    this.log.warn({ message: 'settings not changed', code: err.code, err: err.cause });
    return refuse('SERVICE_UNAVAILABLE', 'settings cannot be stored now; read them again, then try again');
  }
}
