import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { differencesOf, firstSettings } from './domain/first-settings';
import { documentOf } from './domain/settings';
import type { Settings, SettingsDocument } from './domain/settings';
import { readStored } from './read-settings';
import type { Reading } from './read-settings';
import { SettingsCache } from './settings.cache';
import type { SettingsRecord, StoredSettings } from './settings.record';
import { SettingsStore } from './settings.store';

/** Told after each change, with what was in force before. */
export type SettingsListener = (settings: Settings, before: Settings) => void;

/** Well below the second within which every instance has to follow, whatever became of the message. */
const LOOK_EVERY_MS = 500;
const RECALL_WITHIN_MS = 1_000;

/**
 * Holds the settings in force on this instance. Messages bring changes at once; looking at Postgres again and again
 * finds what no message brought, and decides where the two differ. While neither server answers, the environment's
 * first values hold.
 */
@Injectable()
export class SettingsKeeper implements OnModuleInit, OnModuleDestroy {
  private readonly first: SettingsDocument;
  private readonly listeners = new Set<SettingsListener>();
  private readonly log = new Logger('settings');
  private present: SettingsRecord;
  private stored: StoredSettings | null = null;
  /** Counts what was taken up, to tell answers that were asked for before from those after. */
  private taken = 0;
  private keptAtMs = Number.NEGATIVE_INFINITY;
  private hasSeenTruth = false;
  private isStopped = false;
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SettingsStore,
    private readonly cache: SettingsCache,
    @Inject(ENV) private readonly env: Env,
  ) {
    this.first = firstSettings(env);
    const settings = Object.freeze({ ...this.first, version: 0 });
    this.present = { settings, actor: 'system', reason: null, atMs: Date.now() };
  }

  async onModuleInit(): Promise<void> {
    this.cache.listen(
      (stored) => this.take(stored),
      () => this.reconnected(),
    );
    await this.look();
    if (this.stored === null) await this.recall();
    this.schedule();
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** What is in force here, and who made it so. */
  get record(): SettingsRecord {
    return this.present;
  }

  /** @see SettingsService.changes */
  listen(listener: SettingsListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Makes a version that this instance stored the one in force, here and everywhere. */
  announce(stored: StoredSettings): SettingsRecord {
    this.take(stored);
    void this.cache.tell(stored);
    return this.present.settings.version === stored.version ? this.present : this.recordOf(stored);
  }

  /** Reads Postgres once and takes up what it holds. @throws SettingsError `SETTINGS_STORE_FAILED` */
  async refresh(): Promise<SettingsRecord> {
    const before = this.taken;
    const newest = (await this.store.newest()) ?? (await this.makeFirst());
    const isDecisive = before === this.taken;
    if (newest !== null && (isDecisive || newest.version > this.present.settings.version)) {
      if (!isDeepStrictEqual(newest, this.stored)) this.accept(newest);
      this.sawTruth();
    }
    return this.present;
  }

  /** Reads a stored document. */
  read(document: unknown): Reading {
    return readStored(document, this.first);
  }

  /** The form in which a stored version is in force; one that cannot be read any more changes no value. */
  recordOf({ version, document, actor, reason, atMs }: StoredSettings): SettingsRecord {
    const reading = this.read(document);
    if ('problems' in reading) {
      const { problems } = reading;
      this.log.error({
        message: 'settings malformed',
        code: 'SETTINGS_DOCUMENT_MALFORMED',
        version,
        problems,
      });
    }
    const usable = 'problems' in reading ? documentOf(this.present.settings) : reading.document;
    return { settings: Object.freeze({ ...usable, version }), actor, reason, atMs };
  }

  private async makeFirst(): Promise<StoredSettings | null> {
    const order = { actor: 'system', reason: 'first values, from the environment' };
    return (await this.store.insert(0, this.first, order)) ?? (await this.store.newest());
  }

  private async recall(): Promise<void> {
    const kept = await this.cache.recall(RECALL_WITHIN_MS);
    if (kept !== null) this.take(kept);
    const from = kept === null ? 'environment' : 'cache';
    this.log.warn({
      message: 'settings not read from postgres',
      from,
      version: this.present.settings.version,
    });
  }

  private take(stored: StoredSettings): void {
    if (stored.version > this.present.settings.version) this.accept(stored);
  }

  private accept(stored: StoredSettings): void {
    const before = this.present.settings;
    this.present = this.recordOf(stored);
    this.stored = stored;
    this.taken += 1;
    this.keep();
    const { settings, actor, reason } = this.present;
    this.log.log({ message: 'settings in force', version: settings.version, actor, reason });
    for (const listener of this.listeners) this.call(listener, settings, before);
  }

  private call(listener: SettingsListener, settings: Settings, before: Settings): void {
    try {
      listener(settings, before);
    } catch (err) {
      this.log.error({ message: 'settings listener failed', version: settings.version, err });
    }
  }

  private sawTruth(): void {
    if (performance.now() - this.keptAtMs > (this.env.redisSettingsTtlSec * 1000) / 4) this.keep();
    if (this.hasSeenTruth) return;
    this.hasSeenTruth = true;
    for (const difference of differencesOf(this.env, this.present.settings)) {
      this.log.warn({ message: 'environment differs from settings', ...difference });
    }
  }

  private keep(): void {
    this.keptAtMs = performance.now();
    if (this.stored !== null) void this.cache.keep(this.stored);
  }

  private reconnected(): void {
    if (this.isStopped) return;
    this.keep();
    void this.look();
  }

  private schedule(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.look().finally(() => this.schedule()), LOOK_EVERY_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = null));
    await this.looking;
  }

  private async lookOnce(): Promise<void> {
    try {
      await this.refresh();
    } catch (err) {
      // the pool tells of its loss itself; the next look finds what was missed
      this.log.debug({ message: 'settings not read', err });
    }
  }
}
