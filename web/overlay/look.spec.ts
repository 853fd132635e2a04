import { lookOf } from './look';

describe('lookOf', () => {
  it('reads what the address says', () => {
    expect(
      lookOf('?style=ring&size=120&color=fff&accent=%232fe0b2&background=00000080&words=0&align=left'),
    ).toEqual({
      style: 'ring',
      size: 120,
      color: '#fff',
      accent: '#2fe0b2',
      background: '#00000080',
      hasWords: false,
      align: 'left',
    });
  });

  it.each(['', '?style=clock&size=big&color=red;x&background=url(x)&align=up', '?size=5', '?size=100000'])(
    'has its defaults for what makes no sense: %s',
    (query) => {
      expect(lookOf(query)).toEqual({
        style: 'digits',
        size: null,
        color: null,
        accent: null,
        background: null,
        hasWords: true,
        align: 'center',
      });
    },
  );
});
