import { AllowList } from './allow-list';
import { readManifest } from './read-manifest';

describe('a list of operations', () => {
  it('is a manifest, or an object whose values are documents', () => {
    const operations = [{ id: 'a', name: 'A', type: 'query', body: '{ clock }' }];
    expect(readManifest(JSON.stringify({ format: 'any', version: 1, operations }))).toEqual(['{ clock }']);
    expect(readManifest(JSON.stringify({ a: '{ clock }', b: '{ timers { id } }' }))).toHaveLength(2);
  });

  it.each(['', '[', '"text"', 'null', '{ "a": 1 }', '{ "operations": [{ "id": "a" }] }', '{ "a": "" }'])(
    'is not %j',
    (json) => {
      expect(() => readManifest(json)).toThrow();
    },
  );

  it('stops the start where its file cannot be used', () => {
    for (const path of ['/no/such/file', __filename])
      expect(() => AllowList.read(path)).toThrow('GRAPHQL_ALLOW_LIST_INVALID');
  });
});
