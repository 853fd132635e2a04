import type { Act, FoldState, LogEntry, ResetRules } from './timer';
import { addDecimals } from './decimal';
import { compareChainOrder, reachesAmount, tradeAmount, tradeKey } from './trade';
import type { Disposition, FoldedTrade, Trade } from './trade';

/** What the fold made of one trade, and the deadline right after it. */
export interface Outcome extends Disposition {
  /** True where the trade opened its round. */
  readonly isOpener: boolean;
  readonly deadlineMs: number;
  /** Mode of the rules in force at the trade. */
  readonly mode: ResetRules['mode'];
}

/** A place in a log where folding can be taken up again: all before it is folded, and nothing waits. */
export interface Foothold {
  /** How many entries lie before it. */
  readonly length: number;
  readonly state: FoldState;
}

/** A folded log. */
export interface Folded {
  readonly state: FoldState;
  /** Entries after the deadline of the open round; they are folded when the round has been closed. */
  readonly waiting: readonly LogEntry[];
  /** By trade key; of the entries behind the foothold that the fold began at. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** How many entries, from the first, are folded with nothing waiting behind them. */
  readonly settledLength: number;
  /** Places where a fold of the same beginning can be taken up again, in their order; sparse. */
  readonly footholds: readonly Foothold[];
}

const ENTRIES_PER_FOOTHOLD = 64;

/** Log order: time, then trades before acts, then chain order. */
export function compareEntries(a: LogEntry, b: LogEntry): number {
  const byTime = entryTimeMs(a) - entryTimeMs(b);
  if (byTime !== 0) return byTime;
  if (a.kind === 'trade') return b.kind === 'trade' ? compareChainOrder(a.trade, b.trade) : -1;
  return b.kind === 'trade' ? 1 : a.act.id < b.act.id ? -1 : 1;
}

/** Block time of a trade, time of acceptance of an act; epoch ms. */
export function entryTimeMs(entry: LogEntry): number {
  return entry.kind === 'trade' ? entry.trade.blockTimeMs : entry.act.atMs;
}

/** The entry's identity within its timer. */
export function entryKey(entry: LogEntry): string {
  return entry.kind === 'trade' ? tradeKey(entry.trade) : entry.act.id;
}

/**
 * Folds a log onto the state before it.
 *
 * A trade at or before the deadline counts; a later counting one waits with everything behind it, until the round is
 * closed or an act that belongs to the round moves or ends it. The result depends on the entries alone.
 *
 * @param base - state before the first entry
 * @param entries - in log order (`compareEntries`)
 * @param log - the whole tail where `entries` are only its beginning: a token change ahead forbids openings before it
 * @param from - a foothold of a fold of the same base, entries and acts up to it; default the beginning
 * @returns the state after them; never throws, never reads a clock
 * @see docs/adr/0002-a-timer-is-a-fold.md
 */
export function fold(
  base: FoldState,
  entries: readonly LogEntry[],
  log: readonly LogEntry[] = entries,
  from: Foothold = { length: 0, state: base },
): Folded {
  const outcomes = new Map<string, Outcome>();
  const footholds: Foothold[] = [];
  const shutUntilMs = tokenChanges(log);
  let { state, length: settledLength } = from;
  let waiting: LogEntry[] = [];
  for (let position = from.length; position < entries.length; position += 1) {
    const entry = entries[position];
    if (entry === undefined) break;
    if (entry.kind === 'trade') {
      const step = foldTrade(state, entry.trade, shutUntilMs);
      state = step.state;
      outcomes.set(tradeKey(entry.trade), step.outcome);
      if (step.outcome.isWaiting) waiting.push(entry);
    } else if (entry.act.effect.kind === 'RULES') {
      state = configured(state, entry.act);
    } else {
      const moment = momentOf(entry.act, state);
      if (moment === 'now') {
        dropWaiting(waiting, outcomes);
        waiting = [];
        state = stepAct(state, entry.act);
      } else if (moment === 'later') waiting.push(entry);
    }
    if (waiting.length > 0) continue;
    settledLength = position + 1;
    if (settledLength % ENTRIES_PER_FOOTHOLD === 0) footholds.push({ length: settledLength, state });
  }
  return { state, waiting, outcomes, settledLength, footholds };
}

/**
 * Folds one trade, for whoever looks at every state in between; a waiting trade leaves the state as it is.
 *
 * @param shutUntilMs - `tokenChanges` of the whole tail
 */
export function foldTrade(
  state: FoldState,
  trade: Trade,
  shutUntilMs: ReadonlyMap<number, number>,
): { readonly state: FoldState; readonly outcome: Outcome } {
  return stepTrade(state, trade, trade.blockTimeMs <= (shutUntilMs.get(state.round) ?? -1));
}

/** Whether the trade is one that the state's rules let move the countdown. */
export function isCounting(state: Pick<FoldState, 'rules' | 'tokenAddress'>, trade: Trade): boolean {
  return (
    trade.mint === state.tokenAddress &&
    state.rules.sides.includes(trade.side) &&
    reachesAmount(trade, state.rules.minAmount)
  );
}

/** The state after its round was closed at its deadline. */
export function closed(state: FoldState): FoldState {
  return { ...state, phase: 'EXPIRED', lastEndMs: state.deadlineMs, remainingMs: 0, pausedAtMs: 0 };
}

/** A round that begins at `startedAtMs`, with the configuration of `state`. */
export function opened(state: FoldState, startedAtMs: number): FoldState {
  return {
    ...state,
    phase: 'RUNNING',
    round: state.round + 1,
    startedAtMs,
    deadlineMs: startedAtMs + state.durationMs,
    remainingMs: 0,
    pausedAtMs: 0,
    lastTrade: null,
    counts: { trades: 0, resets: 0, volume: '0' },
  };
}

function stepTrade(state: FoldState, trade: Trade, isShut: boolean): { state: FoldState; outcome: Outcome } {
  const ignored = { state, outcome: outcomeOf(state, { round: null }) };
  if (!isCounting(state, trade) || trade.blockTimeMs <= state.lastEndMs) return ignored;
  switch (state.phase) {
    case 'EXPIRED':
      return isShut ? ignored : openedBy(state, trade);
    case 'PAUSED': {
      if (trade.blockTimeMs > state.pausedAtMs) return ignored;
      const running = { ...state, deadlineMs: state.pausedAtMs + state.remainingMs };
      const step = counted(running, trade);
      return { ...step, state: { ...step.state, remainingMs: step.state.deadlineMs - state.pausedAtMs } };
    }
    case 'RUNNING':
      if (trade.blockTimeMs <= state.deadlineMs) return counted(state, trade);
      return { state, outcome: outcomeOf(state, { round: null, isWaiting: true }) };
  }
}

function openedBy(state: FoldState, trade: Trade): { state: FoldState; outcome: Outcome } {
  const open = opened(state, trade.blockTimeMs);
  return entered(open, trade, { isMoved: true, isOpener: true });
}

function counted(state: FoldState, trade: Trade): { state: FoldState; outcome: Outcome } {
  const deadlineMs = Math.max(state.deadlineMs, deadlineBy(state, trade.blockTimeMs));
  return entered({ ...state, deadlineMs }, trade, {
    isMoved: deadlineMs > state.deadlineMs,
    isOpener: false,
  });
}

function deadlineBy(state: FoldState, blockTimeMs: number): number {
  const { rules } = state;
  if (rules.mode === 'RESET') return blockTimeMs + state.durationMs;
  const extendedMs = state.deadlineMs + rules.extendByMs;
  return rules.maxRemainingMs === null
    ? extendedMs
    : Math.min(extendedMs, blockTimeMs + rules.maxRemainingMs);
}

function entered(
  state: FoldState,
  trade: Trade,
  { isMoved, isOpener }: { isMoved: boolean; isOpener: boolean },
): { state: FoldState; outcome: Outcome } {
  const outcome = outcomeOf(state, { round: state.round, movedDeadline: isMoved, isOpener });
  const isLast = state.lastTrade === null || compareChainOrder(trade, state.lastTrade) > 0;
  const folded: FoldedTrade = { ...trade, round: state.round, movedDeadline: isMoved, isWaiting: false };
  const counts = {
    trades: state.counts.trades + 1,
    resets: state.counts.resets + (isMoved ? 1 : 0),
    volume: addDecimals(state.counts.volume, tradeAmount(trade)),
  };
  return { state: { ...state, counts, lastTrade: isLast ? folded : state.lastTrade }, outcome };
}

function outcomeOf(state: FoldState, outcome: Partial<Outcome>): Outcome {
  return {
    round: null,
    movedDeadline: false,
    isWaiting: false,
    isOpener: false,
    deadlineMs: state.deadlineMs,
    mode: state.rules.mode,
    ...outcome,
  };
}

/** Whether an act applies to the state as it is, to a round that is not open yet, or to none any more. */
function momentOf(act: Act, state: FoldState): 'now' | 'later' | 'never' {
  const { effect } = act;
  if (effect.kind === 'RULES' || effect.kind === 'DELETE') return 'now';
  const isOpen = state.phase !== 'EXPIRED';
  const needsOpen = effect.kind !== 'TOKEN';
  if (effect.round === state.round) return isOpen === needsOpen ? 'now' : needsOpen ? 'never' : 'later';
  if (effect.round < state.round) return 'never';
  return effect.kind === 'OPEN' && effect.round === state.round + 1 && !isOpen ? 'now' : 'later';
}

function stepAct(state: FoldState, act: Act): FoldState {
  const { effect, atMs } = act;
  switch (effect.kind) {
    case 'SET':
      if (state.phase === 'PAUSED') return withReset({ ...state, remainingMs: state.durationMs });
      return withReset({ ...state, deadlineMs: atMs + state.durationMs });
    case 'OPEN':
      if (state.round === effect.round) return withReset({ ...state, deadlineMs: atMs + state.durationMs });
      return withReset(opened(state, atMs));
    case 'PAUSE':
      return {
        ...state,
        phase: 'PAUSED',
        pausedAtMs: atMs,
        remainingMs: Math.max(0, state.deadlineMs - atMs),
      };
    case 'RESUME':
      return {
        ...state,
        phase: 'RUNNING',
        deadlineMs: atMs + state.remainingMs,
        remainingMs: 0,
        pausedAtMs: 0,
      };
    case 'VOID': {
      const next = opened({ ...configured(state, act), lastEndMs: atMs }, atMs);
      if (!effect.isPaused) return next;
      return { ...next, phase: 'PAUSED', pausedAtMs: atMs, remainingMs: next.durationMs };
    }
    case 'TOKEN':
      return { ...configured(state, act), lastEndMs: Math.max(state.lastEndMs, atMs) };
    case 'RULES':
      return configured(state, act);
    case 'DELETE':
      return { ...state, phase: 'EXPIRED', lastEndMs: atMs };
  }
}

function withReset(state: FoldState): FoldState {
  return { ...state, counts: { ...state.counts, resets: state.counts.resets + 1 } };
}

function configured(state: FoldState, { change }: Act): FoldState {
  return {
    ...state,
    durationMs: change.durationMs ?? state.durationMs,
    rules: change.rules ?? state.rules,
    tokenAddress: change.tokenAddress ?? state.tokenAddress,
  };
}

function dropWaiting(waiting: readonly LogEntry[], outcomes: Map<string, Outcome>): void {
  for (const entry of waiting) {
    if (entry.kind !== 'trade') continue;
    const key = tradeKey(entry.trade);
    const outcome = outcomes.get(key);
    if (outcome !== undefined) outcomes.set(key, { ...outcome, isWaiting: false });
  }
}

/** Time up to which nothing opens after a given round, because the token was changed while the timer was expired. */
export function tokenChanges(entries: readonly LogEntry[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const entry of entries) {
    if (entry.kind === 'act' && entry.act.effect.kind === 'TOKEN')
      times.set(entry.act.effect.round, entry.act.atMs);
  }
  return times;
}
