import { changeRecord, foldedTrade, resetEvent } from '../../test/support/history-records';
import type { RecordParts } from '../../test/support/history-records';
import { parseChange } from './change.parser';
import { rowsOf } from './event.rows';
import type { LoggedChange } from './event.rows';

function logged(revision: number, position: string, parts: RecordParts = {}): LoggedChange {
  const record = changeRecord(revision, parts);
  return { change: parseChange(JSON.stringify(record), record.timerId), position };
}

const cursor = (slot: number): RecordParts => ({ cursors: [{ address: 'Mint1', slot, signature: null }] });

describe('rowsOf', () => {
  it('keeps the newest state and cursor by epoch, revision and place in the stream', () => {
    const batch = [
      logged(9, '1', cursor(9)),
      logged(3, '3', { ...cursor(33), epoch: 2 }),
      logged(3, '2', { ...cursor(32), epoch: 2 }),
      logged(2, '9', { ...cursor(2), epoch: 2 }),
    ];
    const { timers, cursors } = rowsOf(batch);
    expect(timers).toEqual([expect.objectContaining({ epoch: 2, revision: 3, position: '3' })]);
    expect(cursors).toEqual([expect.objectContaining({ slot: 33, epoch: 2, revision: 3, position: '3' })]);
  });

  it('compares places as numbers', () => {
    const { cursors } = rowsOf([logged(1, '10', cursor(10)), logged(1, '9', cursor(9))]);
    expect(cursors).toEqual([expect.objectContaining({ slot: 10 })]);
  });

  it('keeps facts of the first mention of a trade and the effect of the last', () => {
    const first = foldedTrade('S', { round: null, isWaiting: true, movedDeadline: false, source: 'WEBHOOK' });
    const later = foldedTrade('S', { round: 2, blockIndex: 4, source: 'POLLING' });
    const { trades } = rowsOf([logged(2, '2', { trades: [later] }), logged(1, '1', { trades: [first] })]);
    expect(trades).toEqual([
      expect.objectContaining({
        ...{
          source: 'WEBHOOK',
          round: 2,
          is_waiting: false,
          moved_deadline: true,
          block_index: 4,
          revision: 2,
        },
      }),
    ]);
  });

  it('lets no event overwrite what a commit said of its trade', () => {
    const said = foldedTrade('S', { round: 2 });
    const named = foldedTrade('S', { round: 1 });
    const { trades } = rowsOf([
      logged(1, '1', { trades: [said] }),
      logged(2, '2', { events: [resetEvent(2, named)] }),
    ]);
    expect(trades).toEqual([expect.objectContaining({ round: 2, revision: 1 })]);
  });

  it('tells apart what has the same name in two timers', () => {
    const rows = rowsOf([
      logged(1, '1', { timerId: 'a', trades: [foldedTrade('S')], ...cursor(1) }),
      logged(1, '1', { timerId: 'b', trades: [foldedTrade('S')], ...cursor(1) }),
    ]);
    expect([rows.timers.length, rows.trades.length, rows.cursors.length]).toEqual([2, 2, 2]);
  });

  it('puts every list in the order of its key, so that two writers never wait for each other in a ring', () => {
    const trades = ['C', 'A', 'B'].map((name) => foldedTrade(name));
    const events = [10, 9, 2].map((revision) => resetEvent(revision, null));
    const rows = rowsOf([logged(10, '1', { trades, events })]);
    expect(rows.trades.map((row) => row['signature'])).toEqual(['A', 'B', 'C']);
    expect(rows.events.map((row) => row['revision'])).toEqual([2, 9, 10]);
  });
});
