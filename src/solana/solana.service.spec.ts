import type { Observed } from './chain-observer';
import { CHAIN_OFF, demoTarget } from './domain/chain-target';
import type { ChainTarget } from './domain/chain-target';
import { CreditMeter } from './rpc/credit-meter';
import { SolanaService } from './solana.service';

const NOW_MS = 1_800_000_000_000;
const sound: Observed = {
  lastSlot: 7,
  lastSeenAtMs: NOW_MS - 1_000,
  failures: 0,
  failure: null,
  pending: 0,
  isOverdue: false,
  endpoints: [],
  pushes: [],
  lookAgeMs: null,
  lateMs: 0,
};

function serviceOf(
  get: () => Promise<Observed | null>,
  target: ChainTarget = demoTarget('http://127.0.0.1:1/', () => 'pass 3'),
): SolanaService {
  return new SolanaService(
    target,
    { isLeader: false, present: () => Promise.resolve(null) },
    { get },
    new CreditMeter(),
    () => NOW_MS,
  );
}

describe('SolanaService.status', () => {
  it('is ok with what is played as its note', async () => {
    expect(await serviceOf(() => Promise.resolve(sound)).status()).toEqual({
      kind: 'demo',
      status: 'ok',
      lastSlot: 7,
      lastSeenAtMs: NOW_MS - 1_000,
      isLeader: false,
      pending: 0,
      note: 'pass 3',
    });
  });

  it.each<[string, Partial<Observed>, 'ok' | 'degraded' | 'down', string]>([
    ['looks fail', { failures: 1, failure: 'SOLANA_RPC_FAILED' }, 'degraded', 'SOLANA_RPC_FAILED'],
    ['a settling takes long', { isOverdue: true }, 'degraded', 'settling takes long'],
    ['nothing was read yet', { lastSeenAtMs: null }, 'degraded', 'not read yet'],
    ['all looks failed so far', { lastSeenAtMs: null, failures: 2, failure: 'X' }, 'down', 'X'],
    ['two minutes are silent', { lastSeenAtMs: NOW_MS - 121_000 }, 'degraded', 'no answer for two minutes'],
    ['five minutes are silent', { lastSeenAtMs: NOW_MS - 301_000 }, 'down', 'no answer'],
  ])('when %s says so', async (_, part, status, note) => {
    expect(await serviceOf(() => Promise.resolve({ ...sound, ...part })).status()).toMatchObject({
      status,
      note: `pass 3; ${note}`,
    });
  });

  it('is down where nobody reads, and degraded where that cannot be known', async () => {
    expect(await serviceOf(() => Promise.resolve(null)).status()).toMatchObject({ status: 'down' });
    expect(await serviceOf(() => Promise.reject(new Error('away'))).status()).toMatchObject({
      status: 'degraded',
    });
  });

  it('has nothing to complain of where the chain is off', async () => {
    const service = serviceOf(() => Promise.reject(new Error('not to be asked')), CHAIN_OFF);
    expect(await service.status()).toMatchObject({ kind: 'off', status: 'ok' });
  });
});
