import type { TimerState } from '../../timer/domain/timer';
import type { TimerService } from '../../timer/timer.service';
import { watchedAddresses } from './timer-door';

const MAX_AGE_MS = 1_000;

/** The timers that read the chain, as they were at most a second ago: each push would otherwise ask Redis for all. */
export class ReadingList {
  private states: readonly TimerState[] = [];
  private readAtMs = Number.NEGATIVE_INFINITY;

  /** @param monotonicMs - a clock that never steps */
  constructor(
    private readonly timers: Pick<TimerService, 'list' | 'reading'>,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** Their states. @throws while Redis cannot be reached */
  async all(): Promise<readonly TimerState[]> {
    if (this.monotonicMs() - this.readAtMs <= MAX_AGE_MS) return this.states;
    const states: TimerState[] = [];
    for (const { view } of await this.timers.list()) {
      const reading = await this.timers.reading(view.id);
      if (reading !== null && reading.state.chainReading) states.push(reading.state);
    }
    this.states = states;
    this.readAtMs = this.monotonicMs();
    return states;
  }

  /** Their watched addresses, each once. @throws while Redis cannot be reached */
  async addresses(): Promise<readonly string[]> {
    return [...new Set((await this.all()).flatMap((state) => watchedAddresses(state)))];
  }
}
