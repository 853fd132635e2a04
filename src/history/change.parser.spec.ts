import { changeRecord, foldedTrade, resetEvent } from '../../test/support/history-records';
import { parseChange } from './change.parser';

const trade = foldedTrade('Sig1x');
const record = changeRecord(3, {
  trades: [trade],
  events: [resetEvent(3, trade)],
  cursors: [{ address: 'Mint1', slot: 5, signature: null }],
});

/** The record's JSON with one value replaced. */
function altered(path: readonly (string | number)[], value: unknown): string {
  const copy: unknown = JSON.parse(JSON.stringify(record));
  let at: unknown = copy;
  for (const step of path.slice(0, -1)) at = Reflect.get(Object(at), step);
  Reflect.set(Object(at), path.at(-1) ?? '', value);
  return JSON.stringify(copy);
}

function failureOf(json: string): unknown {
  try {
    return parseChange(json, 'global');
  } catch (error) {
    return error;
  }
}

describe('parseChange', () => {
  it('gives back what a commit wrote', () => {
    const { timerId, epoch, revision, atMs, events, trades, retracted, cursors, state } = record;
    expect(parseChange(JSON.stringify(record), 'global')).toEqual({
      ...{ timerId, epoch, revision, atMs, events, trades, retracted, cursors, state },
      createdAtMs: state.createdAtMs,
      origin: null,
    });
  });

  it('keeps null where a field may be null', () => {
    const bare = {
      quoteMint: null,
      quoteRaw: null,
      quoteDecimals: null,
      blockIndex: null,
      round: null,
    } as const;
    const change = changeRecord(1, { trades: [foldedTrade('S', bare)] });
    expect(parseChange(JSON.stringify(change), 'global').trades[0]).toMatchObject(bare);
  });

  it.each<[string, (string | number)[], unknown]>([
    ['change.timerId', ['timerId'], 'other'],
    ['change.epoch', ['epoch'], 2 ** 31],
    ['change.revision', ['revision'], -1],
    ['change.atMs', ['atMs'], '1732350000000'],
    ['change.events', ['events'], null],
    ['change.events[0].timerId', ['events', 0, 'timerId'], 'other'],
    ['change.events[0].type', ['events', 0, 'type'], 'EXPLODED'],
    ['change.events[0].reason', ['events', 0, 'reason'], 'a\0b'],
    ['change.trades[0].amountRaw', ['trades', 0, 'amountRaw'], '1.5'],
    ['change.trades[0].amountRaw', ['trades', 0, 'amountRaw'], '9'.repeat(40)],
    ['change.trades[0].blockTimeMs', ['trades', 0, 'blockTimeMs'], 1.5],
    ['change.trades[0].side', ['trades', 0, 'side'], 'buy'],
    ['change.trades[0].isWaiting', ['trades', 0, 'isWaiting'], 1],
    ['change.cursors[0].slot', ['cursors', 0, 'slot'], 2 ** 53],
    ['change.state', ['state'], null],
    ['change.state.id', ['state', 'id'], 'other'],
  ])('names %s when it cannot be kept, without its value', (field, path, value) => {
    expect(failureOf(altered(path, value))).toMatchObject({
      code: 'HISTORY_ENTRY_MALFORMED',
      context: { field },
    });
  });
});
