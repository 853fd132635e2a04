import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { MetricsService } from '../metrics/metrics.service';
import { PostgresReader } from '../platform/postgres/postgres.reader';
import { EventRepository } from './event.repository';
import { StreamConsumer } from './stream.consumer';

/** Figures of the historian and of reading, filled in when they are scraped. */
@Injectable()
export class HistoryMetrics {
  constructor(
    @Inject(MetricsService) { registry }: MetricsService,
    @Inject(StreamConsumer) consumer: StreamConsumer,
    @Inject(PostgresReader) reader: PostgresReader,
    @Inject(EventRepository) repository: EventRepository,
  ) {
    measureProgress([registry], consumer);
    measureTrouble([registry], consumer);
    measureLeftOut([registry], repository);
    measureReading([registry], reader);
  }
}

function measureProgress(registers: Registry[], consumer: StreamConsumer): void {
  new Gauge({
    name: 'history_lag_entries',
    help: 'Entries of all event streams that are not in Postgres yet; NaN while Redis cannot be asked.',
    registers,
    async collect() {
      this.set(await consumer.lag().catch(() => Number.NaN));
    },
  });
  new Gauge({
    name: 'history_writer_healthy',
    help: '1 while this instance can read and write history, or does not have to.',
    registers,
    async collect() {
      this.set((await consumer.status()).isHealthy ? 1 : 0);
    },
  });
}

function measureTrouble(registers: Registry[], consumer: StreamConsumer): void {
  new Counter({
    name: 'history_entries_set_aside_total',
    help: 'Entries that could not be written and were set aside by this process; each needs somebody to look at it.',
    registers,
    async collect() {
      this.reset();
      this.inc((await consumer.status()).setAside);
    },
  });
  new Counter({
    name: 'history_mismatches_total',
    help: 'Identities that came to this process with other content than Postgres holds.',
    registers,
    async collect() {
      this.reset();
      this.inc((await consumer.status()).mismatches);
    },
  });
}

function measureLeftOut(registers: Registry[], repository: EventRepository): void {
  new Counter({
    name: 'history_rows_left_out_total',
    help: 'Trades and events that came to this process after retention had dropped their month.',
    registers,
    collect() {
      this.reset();
      this.inc(repository.leftOutRows);
    },
  });
}

function measureReading(registers: Registry[], reader: PostgresReader): void {
  new Gauge({
    name: 'history_read_lag_seconds',
    help: 'How far the server that history is read from is behind; 0 without a replica, NaN while it cannot be asked.',
    registers,
    async collect() {
      this.set(await reader.lagSec().catch(() => Number.NaN));
    },
  });
}
