const WIDTH = 30;
const LINE_EVERY_MS = 5_000;

/** Where progress is shown. */
export interface ProgressPort {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar that is drawn again in its place on a terminal, and a line now and then anywhere else. */
export class ProgressBar {
  private lineAtMs = Number.NEGATIVE_INFINITY;
  private isDrawn = false;

  /** @param monotonicMs - a clock that never steps */
  constructor(
    private readonly out: ProgressPort,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** @param share - from 0 to 1 */
  show(share: number, text: string): void {
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    if (this.out.isTTY === true) {
      const full = Math.round(share * WIDTH);
      this.out.write(`\r\u001b[K[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${percent}  ${text}`);
      this.isDrawn = true;
    } else if (share >= 1 || this.monotonicMs() - this.lineAtMs >= LINE_EVERY_MS) {
      this.out.write(`${percent.trim()}  ${text}\n`);
      this.lineAtMs = this.monotonicMs();
    }
  }

  /** Leaves the bar as it is and goes on below it. */
  end(): void {
    if (this.isDrawn) this.out.write('\n');
    this.isDrawn = false;
  }
}
