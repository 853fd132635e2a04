import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { MetricsService } from '../metrics/metrics.service';
import { LeaderService } from './leader.service';
import { SolanaService } from './solana.service';

/** Figures of reading the chain, filled in when they are scraped. */
@Injectable()
export class SolanaMetrics {
  constructor(
    @Inject(MetricsService) { registry }: MetricsService,
    @Inject(SolanaService) solana: SolanaService,
    @Inject(LeaderService) leader: LeaderService,
  ) {
    const registers = [registry];
    countCalls(registry, solana, [
      'solana_rpc_calls_total',
      'JSON-RPC requests sent by this process.',
      'calls',
    ]);
    countCalls(registry, solana, [
      'solana_credits_used_total',
      'Their credits by the price table.',
      'credits',
    ]);
    new Gauge({
      name: 'solana_is_leader',
      help: '1 while this instance reads the chain.',
      registers,
      collect() {
        this.set(leader.isLeader ? 1 : 0);
      },
    });
    new Gauge({
      name: 'solana_pending_transactions',
      help: 'Transactions that were seen and wait to be judged, as the leader told last.',
      registers,
      async collect() {
        this.set((await solana.status()).pending);
      },
    });
  }
}

function countCalls(
  registry: Registry,
  solana: Pick<SolanaService, 'calls'>,
  [name, help, field]: readonly [name: string, help: string, field: 'calls' | 'credits'],
): void {
  new Counter({
    name,
    help,
    labelNames: ['method', 'endpoint', 'purpose'],
    registers: [registry],
    collect() {
      this.reset();
      for (const row of solana.calls()) {
        const { method, endpoint, purpose } = row;
        this.inc({ method, endpoint, purpose }, row[field]);
      }
    },
  });
}
