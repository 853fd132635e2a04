import type { ChangeMessage, Cursor } from '../domain/timer.events';
import type { LogEntry, TimerState } from '../domain/timer';
import { TimerError } from '../timer.errors';

/** Reads a state document that a commit wrote. @throws TimerError TIMER_STATE_MALFORMED */
export function parseState(text: string): TimerState {
  return withDefaults(
    parse<TimerState>(text, 'state', (value) => 'base' in value && 'current' in value && 'epoch' in value),
  );
}

/** Fills in what a document of an earlier version does not have. */
export function withDefaults(state: Omit<TimerState, Added> & Partial<Pick<TimerState, Added>>): TimerState {
  const { learned = [], unfetched = 0, unfetchedSpan = null, acceptedActs = [] } = state;
  return { ...state, learned, unfetched, unfetchedSpan, acceptedActs };
}

type Added = 'learned' | 'unfetched' | 'unfetchedSpan' | 'acceptedActs';

/** Reads a tail entry that a commit wrote. @throws TimerError TIMER_STATE_MALFORMED */
export function parseEntry(text: string): LogEntry {
  return parse<LogEntry>(text, 'entry', (value) => 'trade' in value || 'act' in value);
}

/** Reads a cursor that a commit wrote. @throws TimerError TIMER_STATE_MALFORMED */
export function parseCursor(text: string): Cursor {
  return parse<Cursor>(text, 'cursor', (value) => 'address' in value && 'slot' in value);
}

/** Checks a change message as it came from the channel. @throws TimerError TIMER_STATE_MALFORMED */
export function readMessage(value: unknown): ChangeMessage {
  return checked<ChangeMessage>(value, 'message', (message) => 'view' in message && 'trades' in message);
}

function parse<Shape>(text: string, what: string, isShape: (value: object) => boolean): Shape {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TimerError('TIMER_STATE_MALFORMED', { what }, { cause });
  }
  return checked<Shape>(value, what, isShape);
}

function checked<Shape>(value: unknown, what: string, isShape: (value: object) => boolean): Shape {
  if (typeof value !== 'object' || value === null || !isShape(value)) {
    throw new TimerError('TIMER_STATE_MALFORMED', { what });
  }
  return value as Shape;
}
