import { Logger } from '@nestjs/common';
import type { AlertPace } from './alert.pace';
import type { ClaimStore } from './claim.store';

/** Removes old claims, once in a while and beside the looks: a Postgres that is slow or away delays none of them. */
export class ClaimTidy {
  private readonly log = new Logger('alerts');
  private dueAtMs = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | null = null;

  constructor(
    private readonly claims: Pick<ClaimStore, 'tidy'>,
    private readonly pace: Pick<AlertPace, 'tidyEveryMs'>,
  ) {}

  /** Begins where it is time; what failed is tried again when it is time again. */
  beginIfDue(): void {
    if (this.running !== null || performance.now() < this.dueAtMs) return;
    this.dueAtMs = performance.now() + this.pace.tidyEveryMs;
    this.running = this.tidy().finally(() => (this.running = null));
  }

  /** Resolves when nothing is being removed. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async tidy(): Promise<void> {
    try {
      const { removed, isMore } = await this.claims.tidy();
      if (removed > 0) this.log.debug({ message: 'alert claims removed', removed });
      // the rest goes with the next looks
      if (isMore) this.dueAtMs = Number.NEGATIVE_INFINITY;
    } catch (err) {
      this.log.debug({ message: 'alert claims not removed', err });
    }
  }
}
