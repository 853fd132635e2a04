import { PushTrust } from './push-trust';

const SINCE_MS = 1_800_000_000_000;
const LIMITS = { graceMs: 1_000, pushesToReturn: 3 };
const trade = (
  signature: string,
  blockTimeMs = SINCE_MS + 5_000,
): { signature: string; blockTimeMs: number } => ({
  signature,
  blockTimeMs,
});

function opened(): { trust: PushTrust; told: string[] } {
  const told: string[] = [];
  const trust = new PushTrust(LIMITS, (level, before, missed) => told.push(`${before}>${level} ${missed}`));
  trust.open(SINCE_MS);
  return { trust, told };
}

describe('PushTrust', () => {
  it('expects nothing before the way is open', () => {
    const trust = new PushTrust(LIMITS);
    trust.swept([trade('a')], 0);
    expect(trust.levelAt(9_999)).toBe('SILENT');
    expect(trust.missedTrades).toBe(0);
  });

  it('stays trusted while each swept trade was pushed, before or soon after', () => {
    const { trust } = opened();
    trust.brought(['a']);
    trust.swept([trade('a'), trade('b')], 0);
    trust.brought(['b']);
    expect(trust.levelAt(9_999)).toBe('TRUSTED');
    expect(trust.missedTrades).toBe(0);
  });

  it('gives a push its grace, then doubts, then falls silent', () => {
    const { trust, told } = opened();
    trust.swept([trade('a')], 0);
    expect(trust.levelAt(999)).toBe('TRUSTED');
    expect(trust.levelAt(1_000)).toBe('DOUBTED');
    trust.swept([trade('b')], 2_000);
    expect(trust.levelAt(3_000)).toBe('SILENT');
    expect(told).toEqual(['SILENT>TRUSTED 0', 'TRUSTED>DOUBTED 1', 'DOUBTED>SILENT 2']);
  });

  it('falls silent at once where several trades are missing', () => {
    const { trust } = opened();
    trust.swept([trade('a'), trade('b')], 0);
    expect(trust.levelAt(1_000)).toBe('SILENT');
  });

  it('does not blame pushes for trades from before the way was open', () => {
    const { trust } = opened();
    trust.swept([trade('a', SINCE_MS - 1)], 0);
    expect(trust.levelAt(9_999)).toBe('TRUSTED');
  });

  it('trusts again after three pushes in a row that the sweep had not found first', () => {
    const { trust } = opened();
    trust.swept([trade('a'), trade('b')], 0);
    expect(trust.levelAt(1_000)).toBe('SILENT');
    trust.swept([trade('late')], 1_000);
    trust.brought(['late', 'c', 'd', 'd']);
    expect(trust.levelAt(1_500)).toBe('SILENT');
    trust.brought(['e']);
    expect(trust.levelAt(1_500)).toBe('TRUSTED');
  });

  it('trusts a way that could not be proven once pushes come over it', () => {
    const trust = new PushTrust(LIMITS);
    trust.expect(SINCE_MS);
    expect(trust.levelAt(0)).toBe('SILENT');
    trust.brought(['a', 'b', 'c']);
    expect(trust.levelAt(0)).toBe('TRUSTED');
  });

  it('starts counting again after a miss', () => {
    const { trust } = opened();
    trust.swept([trade('a'), trade('b')], 0);
    trust.levelAt(1_000);
    trust.brought(['c', 'd']);
    trust.swept([trade('e')], 1_000);
    expect(trust.levelAt(2_000)).toBe('SILENT');
    trust.brought(['f', 'g']);
    expect(trust.levelAt(2_000)).toBe('SILENT');
  });

  it('expects nothing once the way is closed, and begins anew when it opens', () => {
    const { trust } = opened();
    trust.swept([trade('a')], 0);
    trust.close();
    expect(trust.levelAt(9_999)).toBe('SILENT');
    trust.brought(['b', 'c', 'd']);
    expect(trust.levelAt(9_999)).toBe('SILENT');
    trust.open(SINCE_MS + 10_000);
    expect(trust.levelAt(9_999)).toBe('TRUSTED');
    expect(trust.missedTrades).toBe(0);
  });
});
