import type { Change } from '../../src/timer/domain/change';
import { compareEntries, entryKey } from '../../src/timer/domain/fold';
import type { Act, LogEntry, RoundEnd, TimerState } from '../../src/timer/domain/timer';
import type { ChangeMessage, ChangeRecord, Cursor } from '../../src/timer/domain/timer.events';
import { viewOf } from '../../src/timer/domain/timer.events';
import { tradeKey } from '../../src/timer/domain/trade';
import type { LedgerStore } from '../../src/timer/postgres/ledger.store';
import type { CommitOptions, CommitReply, StoredLog, TimerStore } from '../../src/timer/redis/timer.store';

/** What a timer's store does, whatever it is made of. */
export type TimerStorePort = Pick<TimerStore, 'load' | 'commit' | 'known' | 'runId'>;

/** What happens while somebody's write is on its way. */
export type Hook = () => void | Promise<void>;

interface StoredTimer {
  state: TimerState;
  commit: number;
  token: number;
  runId: string;
  readonly tail: Map<string, LogEntry>;
  readonly counted: Map<string, number>;
  readonly cursors: Map<string, Cursor>;
}

/** Timers in memory, by the same rules as the script: what it refuses is refused, what it writes is written. */
export class MemoryTimerStore implements TimerStorePort {
  private readonly timers = new Map<string, StoredTimer>();
  /** What the script would have appended and published, oldest first. */
  readonly records: ChangeRecord[] = [];
  readonly messages: ChangeMessage[] = [];
  /** Told of every change that was committed. */
  onCommit: (change: Change) => void = () => undefined;
  /** Called before a commit is looked at, and after it was written; what they throw its sender gets to see. */
  onSend: Hook = () => undefined;
  onReply: Hook = () => undefined;
  /** The server that answers; another value is another server. */
  server = 'memory';

  /** @param keepsRecords - false: nothing is appended, for long runs */
  constructor(
    private readonly options: { readonly eventsTtlSec: number },
    private readonly keepsRecords = true,
  ) {}

  load(id: string): Promise<StoredLog | null> {
    const timer = this.timers.get(id);
    if (timer === undefined) return Promise.resolve(null);
    return Promise.resolve({
      state: timer.state,
      tail: [...timer.tail.values()].sort(compareEntries),
      cursors: [...timer.cursors.values()],
      commit: timer.commit,
      runId: this.server,
      committedRunId: timer.runId,
    });
  }

  runId(): Promise<string> {
    return Promise.resolve(this.server);
  }

  known(id: string, tradeKeys: readonly string[]): Promise<ReadonlySet<string>> {
    const counted = this.timers.get(id)?.counted;
    return Promise.resolve(new Set(tradeKeys.filter((key) => counted?.has(key))));
  }

  async commit(change: Change, options: CommitOptions): Promise<CommitReply> {
    await this.onSend();
    const reply = await this.write(change, options);
    await this.onReply();
    return reply;
  }

  private write(change: Change, options: CommitOptions): Promise<CommitReply> {
    const { id } = change.state;
    const timer = this.timers.get(id);
    const refused = this.refusal(timer, options);
    if (refused !== null) return Promise.resolve(refused);
    const target = this.target(timer, change, options);
    this.timers.set(id, target);
    for (const key of change.drop) target.tail.delete(key);
    for (const entry of change.put) target.tail.set(entryKey(entry), entry);
    for (const key of change.forgotten) target.counted.delete(key);
    for (const trade of change.counted) target.counted.set(tradeKey(trade), trade.blockTimeMs);
    for (const mark of options.marks ?? []) target.counted.set(mark.key, mark.blockTimeMs);
    for (const cursor of options.cursors ?? []) target.cursors.set(cursor.address, cursor);
    const oldestMs = change.state.lastCommitMs - this.options.eventsTtlSec * 1000;
    for (const [key, ms] of target.counted) if (ms < oldestMs) target.counted.delete(key);
    this.onCommit(change);
    if (change.isVisible && this.keepsRecords) this.tell(change, options);
    return Promise.resolve('ok');
  }

  private refusal(timer: StoredTimer | undefined, options: CommitOptions): CommitReply | null {
    const isRecovery = options.recovery !== undefined;
    if (options.runId !== this.server) return 'other_server';
    if (timer !== undefined && timer.runId !== this.server && !isRecovery) return 'other_server';
    if (options.expectedCommit > 0 && timer === undefined) return 'unknown_timer';
    if (options.expectedCommit !== (timer?.commit ?? 0)) return 'conflict';
    return options.fencingToken !== null && options.fencingToken < (timer?.token ?? 0)
      ? 'stale_leader'
      : null;
  }

  private target(timer: StoredTimer | undefined, { state }: Change, options: CommitOptions): StoredTimer {
    const isFresh = timer === undefined || options.recovery === 'replace';
    return {
      state,
      commit: options.expectedCommit + 1,
      token: options.fencingToken ?? timer?.token ?? 0,
      runId: this.server,
      tail: isFresh ? new Map() : timer.tail,
      counted: isFresh ? new Map() : timer.counted,
      cursors: isFresh ? new Map() : timer.cursors,
    };
  }

  private tell(change: Change, options: CommitOptions): void {
    const { state, events, trades } = change;
    const { id: timerId, epoch, revision, lastCommitMs: atMs } = state;
    const cursors = options.allCursors ?? options.cursors ?? [];
    const retracted = change.forgotten;
    this.records.push({ timerId, epoch, revision, atMs, events, trades, retracted, cursors, state });
    this.messages.push({
      view: viewOf(state),
      trades: change.firstTrades,
      ended: change.ended,
      isDeleted: state.isDeleted,
    });
  }
}

/** The durable ledger in memory: what it holds first, stays. */
export class MemoryLedger implements Pick<LedgerStore, 'insertEnd' | 'insertAct' | 'refuseAct'> {
  readonly ends: RoundEnd[] = [];
  /** In the order of acceptance. */
  readonly accepted: Act[] = [];
  private readonly acts = new Map<string, 'accepted' | 'refused'>();
  /** Called before anything is kept, and after it was; what they throw its sender gets to see. */
  onSend: Hook = () => undefined;
  onReply: Hook = () => undefined;

  async insertEnd(end: RoundEnd): Promise<RoundEnd> {
    await this.onSend();
    const kept = await this.keepEnd(end);
    await this.onReply();
    return kept;
  }

  async insertAct(_timerId: string, act: Act): Promise<'accepted' | 'refused'> {
    await this.onSend();
    const status = await this.keepAct(act);
    await this.onReply();
    return status;
  }

  async refuseAct(_timerId: string, act: Act): Promise<'accepted' | 'refused'> {
    await this.onSend();
    const status = await Promise.resolve(this.keep(act, 'refused'));
    await this.onReply();
    return status;
  }

  private keepEnd(end: RoundEnd): Promise<RoundEnd> {
    const kept = this.ends.find(({ timerId, round }) => timerId === end.timerId && round === end.round);
    if (kept === undefined) this.ends.push(end);
    return Promise.resolve(kept ?? end);
  }

  private keepAct(act: Act): Promise<'accepted' | 'refused'> {
    const isKnown = this.acts.has(act.id);
    const status = this.keep(act, 'accepted');
    if (isKnown) return Promise.resolve(status);
    if (status === 'accepted') this.accepted.push(act);
    if (status === 'accepted' && act.effect.kind === 'VOID') this.ends.push(act.effect.end);
    return Promise.resolve(status);
  }

  private keep(act: Act, status: 'accepted' | 'refused'): 'accepted' | 'refused' {
    const kept = this.acts.get(act.id) ?? status;
    this.acts.set(act.id, kept);
    return kept;
  }
}
