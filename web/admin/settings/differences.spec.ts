import { differences } from './differences';

describe('differences', () => {
  it('names what two versions have differently', () => {
    const before = { limits: { maxRequests: 100, enabled: true }, history: { retentionMonths: null } };
    const after = { limits: { maxRequests: 200, enabled: true }, history: { retentionMonths: 12 } };
    expect(differences(before, after)).toEqual([
      { path: 'limits.maxRequests', before: '100', after: '200' },
      { path: 'history.retentionMonths', before: 'none', after: '12' },
    ]);
  });

  it('tells members of lists apart by their name, not by their place', () => {
    const before = { rules: [{ name: 'a', enabled: true }] };
    const after = {
      rules: [
        { name: 'b', enabled: false },
        { name: 'a', enabled: true },
      ],
    };
    expect(differences(before, after)).toEqual([
      { path: 'rules.b.name', before: '–', after: 'b' },
      { path: 'rules.b.enabled', before: '–', after: 'false' },
    ]);
  });

  it('finds none between equals', () => {
    expect(differences({ a: [1, null] }, { a: [1, null] })).toEqual([]);
  });
});
