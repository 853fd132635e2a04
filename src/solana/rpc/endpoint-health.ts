/** How an endpoint has done lately. */
export interface EndpointHealth {
  /** Safe to show. */
  readonly name: string;
  readonly isUsable: boolean;
  /** Highest slot that it named; null before the first. */
  readonly slot: number | null;
  /** Moving average of its answers, ms; null before the first. */
  readonly latencyMs: number | null;
  /** Share of failed calls among the last ones, from 0 to 1. */
  readonly errorRatio: number;
}

const REMEMBERED = 50;
/** Weight of the newest answer in the average. */
const NEWEST = 0.2;

/** Keeps slot height, latency and error rate of one endpoint. */
export class HealthRecord {
  private slot: number | null = null;
  private latencyMs: number | null = null;
  private readonly outcomes: boolean[] = [];

  /** A call was answered, or failed. */
  note(isAnswered: boolean, tookMs: number): void {
    this.outcomes.push(isAnswered);
    if (this.outcomes.length > REMEMBERED) this.outcomes.shift();
    if (isAnswered)
      this.latencyMs = this.latencyMs === null ? tookMs : this.latencyMs + NEWEST * (tookMs - this.latencyMs);
  }

  /** It named a slot. */
  sawSlot(slot: number): void {
    this.slot = Math.max(this.slot ?? 0, slot);
  }

  read(): Omit<EndpointHealth, 'name' | 'isUsable'> {
    const failed = this.outcomes.filter((isAnswered) => !isAnswered).length;
    return {
      slot: this.slot,
      latencyMs: this.latencyMs === null ? null : Math.round(this.latencyMs),
      errorRatio: this.outcomes.length === 0 ? 0 : failed / this.outcomes.length,
    };
  }
}
