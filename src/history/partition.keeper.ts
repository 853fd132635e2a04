import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { PostgresService } from '../platform/postgres/postgres.service';
import { SettingsService } from '../settings/settings.service';
import { monthName, monthOf, oldestKept } from './domain/months';
import { HISTORY_OPTIONS } from './history.options';
import type { HistoryOptions } from './history.options';
import { MONTHLY_TABLES, PartitionStore } from './partition.store';

const MONTHS_AHEAD = 2;
const TEND_EVERY_MS = 3_600_000;

/** Makes partitions before they are needed and drops those that the settings keep no longer. */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('history');
  private readonly store: PartitionStore;
  private timer: NodeJS.Timeout | undefined;
  private tending: Promise<void> = Promise.resolve();
  private forget: () => void = () => undefined;

  constructor(
    postgres: PostgresService,
    private readonly settings: SettingsService,
    @Inject(HISTORY_OPTIONS) private readonly options: Pick<HistoryOptions, 'isHistorian'>,
  ) {
    this.store = new PartitionStore(postgres);
  }

  /** Begins on instances that have the role. */
  onApplicationBootstrap(): void {
    if (!this.options.isHistorian) return;
    const tend = (): void => {
      this.tending = this.tending.then(() => this.tend()).catch((err: unknown) => this.warn(err));
    };
    tend();
    this.timer = setInterval(tend, TEND_EVERY_MS);
    this.timer.unref();
    this.forget = this.settings.changes(tend);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.forget();
    await this.tending;
  }

  /** Makes the running month and two ahead; drops what is older than the setting or was left half dropped. @throws the database's error */
  async tend(nowMs = Date.now()): Promise<void> {
    const { retentionMonths } = this.settings.current().history;
    const now = monthOf(nowMs);
    for (const table of MONTHLY_TABLES) {
      const months = await this.store.months(table);
      for (let month = now; month <= now + MONTHS_AHEAD; month += 1) {
        if (!months.includes(month)) await this.store.make(table, month);
      }
      await this.store.sweep(table);
      if (retentionMonths === null) continue;
      for (const month of months.filter((one) => one < oldestKept(nowMs, retentionMonths))) {
        await this.store.drop(table, month);
        this.log.log({ message: 'history month dropped', table: table.name, month: monthName(month) });
      }
    }
  }

  private warn(err: unknown): void {
    this.log.warn({ message: 'history months not tended', err });
  }
}
