import type { Act, FoldState, RoundEnd } from '../../timer/domain/timer';
import { tradeKey } from '../../timer/domain/trade';
import type { FoldedTrade } from '../../timer/domain/trade';
import { differences, FilledTrades } from '../domain/audit';
import type { LogLine } from '../domain/log-lines';
import { Replay } from '../domain/replay';
import type { ComputedEnd } from '../domain/replay';

/** What an audit found. */
export interface Audit {
  readonly timerId: string;
  readonly trades: number;
  readonly rounds: number;
  /** Round and deadline of what is still open. */
  readonly open: { readonly round: number; readonly phase: FoldState['phase']; readonly deadlineMs: number };
  readonly differences: ReturnType<typeof differences>;
}

/**
 * Folds a timer's log again and compares the ends of its rounds with those that were recorded.
 *
 * @param round - compare this one alone; null: all
 * @returns null where the log has no timer
 */
export async function audit(
  lines: AsyncIterable<readonly LogLine[]>,
  round: number | null,
): Promise<Audit | null> {
  const log = new LogFolder();
  for await (const part of lines) log.take(part);
  return log.result(round);
}

class LogFolder {
  private timer: { readonly timerId: string; readonly origin: FoldState } | null = null;
  private readonly acts: Act[] = [];
  private readonly ends: RoundEnd[] = [];
  private readonly late = new Set<string>();
  private readonly filled = new FilledTrades();
  private readonly computed: ComputedEnd[] = [];
  private replay: Replay | null = null;
  private trades = 0;

  take(lines: readonly LogLine[]): void {
    const trades: FoldedTrade[] = [];
    for (const line of lines) {
      if (line.kind === 'timer') this.timer = line;
      else if (line.kind === 'act') this.acts.push(line.act);
      else if (line.kind === 'end') this.ends.push(line.end);
      else if (line.kind === 'late') this.late.add(line.trade);
      else if (line.kind === 'close') continue;
      else if (line.trade.source === 'BACKFILL') this.filled.add(line.trade);
      else if (!this.late.has(tradeKey(line.trade))) trades.push(line.trade);
    }
    if (trades.length === 0) return;
    this.trades += trades.length;
    this.computed.push(...(this.start()?.add(trades) ?? []));
  }

  result(round: number | null): Audit | null {
    const replay = this.start();
    if (this.timer === null || replay === null) return null;
    this.computed.push(...replay.finish((open) => this.ends.some((end) => end.round === open)));
    const isAsked = (end: { readonly round: number }): boolean => round === null || end.round === round;
    const { round: open, phase, deadlineMs } = replay.current;
    return {
      timerId: this.timer.timerId,
      trades: this.trades,
      rounds: this.ends.filter(isAsked).length,
      open: { round: open, phase, deadlineMs },
      differences: differences(this.ends.filter(isAsked), this.computed.filter(isAsked), this.filled),
    };
  }

  private start(): Replay | null {
    if (this.timer !== null) this.replay ??= new Replay(this.timer.origin, this.acts);
    return this.replay;
  }
}
