import type { AlertProbe, AlertReading, AlertReadings } from '../../alerts/alert.service';
import type { SharedClock } from '../../platform/redis/shared-clock';
import { viewAt } from '../../timer/domain/timer.events';
import type { TimerView } from '../../timer/domain/timer.events';
import type { TimerService } from '../../timer/timer.service';
import type { DeadlineBoard } from './deadline.board';
import { Disagreement } from './disagreement';

/** Timers that stay past their deadlines, and instances that show different ones. */
export class TimerProbe implements AlertProbe {
  private readonly disagreement = new Disagreement();
  /** Largest difference to any other instance by timer, s, as compared last. */
  differences: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly timers: Pick<TimerService, 'shown'>,
    private readonly clock: Pick<SharedClock, 'now'>,
    private readonly board: Pick<DeadlineBoard, 'report' | 'others'>,
  ) {}

  /** @see AlertProbe */
  async read(): Promise<AlertReadings> {
    const views = this.timers.shown();
    const settling = views.map((view) => this.settlingOf(view));
    const readings = new Map<'timer-settling' | 'timer-disagreement', readonly AlertReading[]>([
      ['timer-settling', settling],
    ]);
    const differences = await this.compare(views).catch(() => null);
    // without the board nothing is known about the others
    if (differences === null) return readings;
    const found = [...differences].map(([subject, value]) => ({ subject, value, context: {} }));
    return readings.set('timer-disagreement', found);
  }

  private settlingOf(view: TimerView): AlertReading {
    const nowMs = this.clock.now();
    const isSettling = viewAt(view, nowMs).status === 'SETTLING';
    const value = isSettling && view.deadlineMs !== null ? (nowMs - view.deadlineMs) / 1000 : 0;
    return { subject: view.id, value, context: { round: view.round, deadlineMs: view.deadlineMs } };
  }

  private async compare(views: readonly TimerView[]): Promise<ReadonlyMap<string, number>> {
    const own = views.map(({ id, epoch, revision, deadlineMs }) => ({ id, epoch, revision, deadlineMs }));
    await this.board.report(own);
    this.differences = this.disagreement.compare(own, await this.board.others(), performance.now());
    return this.differences;
  }
}
