import { decodeBase58 } from './base58';
import { programOf, PROGRAMS_AS_OF } from './programs';
import { EXCHANGE_PROGRAMS } from './programs.exchange';
import { PROGRAM_SOURCES } from './programs.form';
import { OTHER_PROGRAMS } from './programs.other';

const rows = [...EXCHANGE_PROGRAMS, ...OTHER_PROGRAMS];

describe('the table of programs', () => {
  it('names each program once, by an address of 32 bytes', () => {
    const ids = rows.map(([programId]) => programId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => decodeBase58(id)?.length !== 32)).toEqual([]);
  });

  it('names a source for each row, and a day', () => {
    expect(rows.filter(([, , , source]) => !(source in PROGRAM_SOURCES))).toEqual([]);
    expect(PROGRAMS_AS_OF).toMatch(/^20\d\d-\d\d-\d\d$/);
  });

  it('finds a program by its address, and none that is not listed', () => {
    expect(programOf('pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA')).toMatchObject({
      name: 'PumpSwap',
      programClass: 'amm',
    });
    expect(programOf('11111111111111111111111111111111')).toBeUndefined();
  });
});
