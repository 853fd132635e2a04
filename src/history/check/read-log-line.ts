import type { Act, FoldState, RoundEnd } from '../../timer/domain/timer';
import { readTrade } from '../change.parser';
import type { LogLine } from '../domain/log-lines';
import { Fields } from '../fields';
import { HistoryError } from '../history.errors';

/** Reads a line of an exported log. @throws HistoryError `HISTORY_ENTRY_MALFORMED` */
export function readLogLine(text: string): LogLine {
  const value = parse(text);
  const line = Fields.of(value, 'line');
  const kind = line.oneOf('kind', ['timer', 'act', 'end', 'late', 'trade', 'close']);
  switch (kind) {
    case 'timer':
      return { kind, timerId: line.text('timerId'), origin: readFoldState(partOf(value, 'origin')) };
    case 'act':
      return { kind, act: readAct(partOf(value, 'act')) };
    case 'end':
      return { kind, end: shaped<RoundEnd>(partOf(value, 'end'), ['round', 'endedAtMs', 'counts']) };
    case 'late':
      return { kind, trade: line.text('trade') };
    case 'trade':
      return { kind, trade: readTrade(line.child('trade')) };
    case 'close':
      return { kind, lines: line.count('lines') };
  }
}

/** Reads an accepted act. @throws HistoryError `HISTORY_ENTRY_MALFORMED` */
export function readAct(value: unknown): Act {
  return shaped<Act>(value, ['id', 'effect', 'change', 'atMs']);
}

/** Reads the state that a timer began with. @throws HistoryError `HISTORY_ENTRY_MALFORMED` */
export function readFoldState(value: unknown): FoldState {
  return shaped<FoldState>(value, ['phase', 'round', 'deadlineMs', 'rules', 'durationMs', 'tokenAddress']);
}

function partOf(value: unknown, name: string): unknown {
  return Reflect.get(Object(value) as object, name);
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    throw new HistoryError('HISTORY_ENTRY_MALFORMED', { field: 'line' }, { cause });
  }
}

function shaped<Shape>(value: unknown, fields: readonly string[]): Shape {
  const known = Object(value) as object;
  const missing = fields.find((field) => !(field in known));
  if (missing !== undefined) throw new HistoryError('HISTORY_ENTRY_MALFORMED', { field: missing });
  return value as Shape;
}
