import type { AlertProbe, AlertReadings } from '../../alerts/alert.service';
import { signals } from '../../metrics/domain/signals';

const SLICE_MS = 30_000;
const SLICES = 10;
/** One failure of three requests is no rate. */
const LEAST_ANSWERS = 20;

/** The share of requests of this instance that failed by our own fault, over the last five minutes. */
export class ErrorProbe implements AlertProbe {
  private slices: { readonly beganMs: number; all: number; failed: number }[] = [];
  private readonly stopListening: () => void;

  constructor(
    private readonly instanceId: string,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {
    this.stopListening = signals.answered.listen(({ isOwnFault }) => this.note(isOwnFault));
  }

  stop(): void {
    this.stopListening();
  }

  /** @see AlertProbe */
  read(): Promise<AlertReadings> {
    const sinceMs = this.monotonicMs() - SLICE_MS * SLICES;
    this.slices = this.slices.filter(({ beganMs }) => beganMs > sinceMs);
    const all = this.slices.reduce((sum, slice) => sum + slice.all, 0);
    const failed = this.slices.reduce((sum, slice) => sum + slice.failed, 0);
    const value = all < LEAST_ANSWERS ? 0 : failed / all;
    const reading = { subject: this.instanceId, value, context: { requests: all, failed } };
    return Promise.resolve(new Map([['error-rate' as const, [reading]]]));
  }

  private note(isOwnFault: boolean): void {
    const nowMs = this.monotonicMs();
    let slice = this.slices.at(-1);
    if (slice === undefined || nowMs - slice.beganMs > SLICE_MS) {
      slice = { beganMs: nowMs, all: 0, failed: 0 };
      this.slices.push(slice);
    }
    slice.all += 1;
    if (isOwnFault) slice.failed += 1;
  }
}
