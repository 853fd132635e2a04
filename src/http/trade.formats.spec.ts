import { foldedTrade } from '../../test/support/history-records';
import { tradePicture } from '../timer/domain/picture';
import { cell, CSV, NDJSON } from './trade.formats';

describe('a cell', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "so"', '"say ""so"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['+1', "'+1"],
    ['\tx', "'\tx"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['＝1', "'＝1"],
    ['', ''],
    [12, '12'],
    [false, 'false'],
    [null, ''],
  ])('of %j is %j', (value, expected) => {
    expect(cell(value)).toBe(expected);
  });
});

describe('the formats', () => {
  const trade = {
    timerId: 'global',
    ...foldedTrade('Sig', { program: '=Orca, "x"', quoteMint: null, round: null }),
  };

  it('write a line of CSV with as many fields as the header', () => {
    expect(CSV.head.split(',')).toHaveLength(17);
    expect(CSV.line(trade)).toBe(
      'Sig:0,global,Sig,0,300000001,1732350001000,1732350002345,BUY,1.5,Trader1,,0.000000025,0.000000016666666666,' +
        '"\'=Orca, ""x""",POLLING,,true\r\n',
    );
  });

  it('write a line of JSON that reads back as the trade', () => {
    expect(JSON.parse(NDJSON.line(trade))).toEqual(tradePicture('global', trade));
  });
});
