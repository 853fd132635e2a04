import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import type { AttemptVerdict } from '../domain/attempts';

/** Counts attempts to come in. */
export class AttemptMetrics {
  private readonly attempts: Counter<'outcome'>;

  constructor(registry: Registry) {
    this.attempts = new Counter({
      name: 'admin_sign_in_attempts_total',
      help: 'Attempts to come in by a secret or an API key that were wrong or not judged, by outcome.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of ['wrong', 'address_limit', 'total_limit']) this.attempts.inc({ outcome }, 0);
  }

  /** Counts one that did not come in. */
  count(tag: Exclude<AttemptVerdict['tag'], 'right'>): void {
    this.attempts.inc({ outcome: tag });
  }
}
