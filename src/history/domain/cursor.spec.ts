import { decodeCursor, encodeCursor } from './cursor';
import type { CursorKind } from './cursor';

const raw = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it.each<[CursorKind, (number | string)[]]>([
    ['trade', [1_732_350_000_000, 300_000_000, '5'.repeat(88), 0]],
    ['event', [1_732_350_000_000, 1, 2 ** 52, 0]],
    ['round', [7]],
  ])('of a %s comes back as it was', (kind, key) => {
    const cursor = encodeCursor(kind, key);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(kind, cursor)).toEqual(key);
  });

  it.each([
    ['is empty', ''],
    ['is no base64url', '§§'],
    ['is no JSON', Buffer.from('[1').toString('base64url')],
    ['is no list', raw({ kind: 'trade' })],
    ['belongs to another list', encodeCursor('round', [7])],
    ['has too few parts', raw(['trade', 1, 2, 'S'])],
    ['has too many parts', raw(['trade', 1, 2, 'S', 0, 0])],
    ['has a part of the wrong kind', raw(['trade', '1', 2, 'S', 0])],
    ['has an instant beyond the calendar', raw(['trade', 8.64e15, 2, 'S', 0])],
    ['has an index that no column can hold', raw(['trade', 1, 2, 'S', 2 ** 31])],
    ['has a negative slot', raw(['trade', 1, -2, 'S', 0])],
    ['has a signature with NUL', raw(['trade', 1, 2, 'S\0', 0])],
    ['is endless', raw(['trade', 1, 2, 'S'.repeat(1000), 0])],
  ])('is refused when it %s', (_name, cursor) => {
    expect(() => decodeCursor('trade', cursor)).toThrow('HISTORY_CURSOR_INVALID');
  });
});
