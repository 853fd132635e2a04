import { isRowError, isTooSlow } from './postgres.problem';

describe('isRowError', () => {
  it.each(['22P05', '22003', '23514', '54000'])('blames the rows for SQLSTATE %s', (code) => {
    expect(isRowError(Object.assign(new Error(), { code }))).toBe(true);
    expect(isRowError(Object.assign(new Error(), { driverError: { code } }))).toBe(true);
  });

  it.each(['57P01', '57014', '40P01', '08006', '53300', '42P01', 'ECONNREFUSED', 'EPIPE', 22])(
    'tries again after %s',
    (code) => {
      expect(isRowError(Object.assign(new Error(), { code }))).toBe(false);
    },
  );

  it('tries again after anything without a code', () => {
    expect(isRowError(new Error('Query read timeout'))).toBe(false);
    expect(isRowError(null)).toBe(false);
  });
});

describe('isTooSlow', () => {
  it('knows the time limits of the server and of the driver, bare and wrapped', () => {
    const wrapped = Object.assign(new Error('Query read timeout'), { driverError: {} });
    expect([{ code: '57014' }, new Error('Query read timeout'), wrapped].map(isTooSlow)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is not what a server that is away answers', () => {
    expect([{ code: '57P01' }, new Error('connect ECONNREFUSED'), null].map(isTooSlow)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
