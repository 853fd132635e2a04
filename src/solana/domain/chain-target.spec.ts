import { inspect } from 'node:util';
import { Secret } from '../../config/secret';
import { chainTargetOf } from './chain-target';

const KEY = 'key-of-a-test';

describe('chainTargetOf', () => {
  it('takes the endpoints in their order, and the Helius endpoint when only the key is given', () => {
    const urls = ['https://a.example/x', 'https://b.example/'].map((url) => new Secret(url));
    const both = chainTargetOf({ solanaRpcEndpoints: urls, heliusApiKey: new Secret(KEY) });
    expect(both?.endpoints.map(({ url }) => url.reveal())).toEqual([
      'https://a.example/x',
      'https://b.example/',
    ]);
    const helius = chainTargetOf({ solanaRpcEndpoints: [], heliusApiKey: new Secret(KEY) });
    expect(helius?.endpoints.map(({ url }) => url.reveal())).toEqual([
      `https://mainnet.helius-rpc.com/?api-key=${KEY}`,
    ]);
  });

  it('leaves the choice to the caller when neither is set', () => {
    expect(chainTargetOf({ solanaRpcEndpoints: [], heliusApiKey: null })).toBeNull();
  });

  it('shows no part of a URL that can hold a key', () => {
    const target = chainTargetOf({ solanaRpcEndpoints: [], heliusApiKey: new Secret(KEY) });
    expect(inspect(target, { depth: 9 }) + JSON.stringify(target)).not.toContain(KEY);
    expect(target?.endpoints[0]?.name).toBe('1:mainnet.helius-rpc.com');
  });
});
