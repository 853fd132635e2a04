import { POLLING_MODES } from '../../src/settings/domain/settings';
import type { Completeness } from '../../src/settings/domain/settings';
import { PEER_MODES, playNaive, playPeer } from './others';
import { playOurs } from './ours';
import { PROFILES } from './profiles';
import type { Noise, ProfileName } from './profiles';
import type { ResultRow } from './row';

/** One policy for one day. */
export interface Part {
  readonly policy: ResultRow['policy'];
  readonly mode: ResultRow['mode'];
  readonly completeness: Completeness;
  readonly profile: ProfileName;
  readonly instances: number;
  readonly noise: Noise;
}

const OUR_MODES = [...POLLING_MODES, 'WEBHOOK'] as const;
const PEERS = ['CONSERVATIVE', 'BALANCED', 'AGGRESSIVE', 'ULTRA'] as const;

/** Every part of a run; with `profile` or `mode` only those of it. */
export function partsOf(profile: string | null, mode: string | null): readonly Part[] {
  return PROFILES.filter((name) => profile === null || name === profile).flatMap((name) =>
    [1, 3].flatMap((instances) => partsFor(name, instances, mode)),
  );
}

/** What the hard form of `bursts` is told by: noise that is spread over the day. */
export const EVEN_NOISE: readonly Part[] = (['ours', 'naive'] as const).map((policy) => ({
  policy,
  mode: policy === 'ours' ? 'ECONOMY' : 'FIXED',
  completeness: policy === 'ours' ? 'DEADLINE' : 'FULL',
  profile: 'bursts',
  instances: 3,
  noise: 'even',
}));

/** Plays one part. */
export async function playPart({ policy, mode, ...part }: Part): Promise<ResultRow> {
  const { profile, instances, noise } = part;
  if (policy === 'naive' || mode === 'FIXED') return playNaive(profile, instances, noise);
  if (policy === 'peer') {
    const peer = PEERS.find((name) => name === mode);
    if (peer === undefined) throw new Error(`the peer has no mode ${mode}`);
    return playPeer(profile, peer, instances, noise);
  }
  return await playOurs({ ...part, mode, isBroken: policy === 'broken' });
}

function partsFor(profile: ProfileName, instances: number, only: string | null): readonly Part[] {
  const about = { profile, instances, noise: 'clumped' } as const;
  const isWanted = (mode: string): boolean => only === null || mode === only;
  const both = ['DEADLINE', 'FULL'] as const;
  return [
    ...OUR_MODES.filter(isWanted).flatMap((mode) =>
      both.map((completeness) => ({ ...about, policy: 'ours' as const, mode, completeness })),
    ),
    { ...about, policy: 'naive', mode: 'FIXED', completeness: 'FULL' },
    ...PEERS.filter((mode) => isWanted(mode) && mode in PEER_MODES).map((mode) => ({
      ...about,
      policy: 'peer' as const,
      mode,
      completeness: 'FULL' as const,
    })),
    ...both.map((completeness) => ({
      ...about,
      policy: 'broken' as const,
      mode: 'BALANCED' as const,
      completeness,
    })),
  ];
}
