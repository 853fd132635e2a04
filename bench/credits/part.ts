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
  /** True: the provider switches the webhook off in the morning. */
  readonly isSwitchedOff?: boolean;
}

const OUR_MODES = [...POLLING_MODES, 'WEBHOOK', 'WEBSOCKET'] as const;
const PEERS = ['CONSERVATIVE', 'BALANCED', 'AGGRESSIVE', 'ULTRA'] as const;

/** Every part of a run; with `profile` or `mode` only those of it. */
export function partsOf(profile: string | null, mode: string | null): readonly Part[] {
  return PROFILES.filter((name) => profile === null || name === profile).flatMap((name) =>
    [1, 3].flatMap((instances) => partsFor(name, instances, mode)),
  );
}

const HARD = { profile: 'bursts', instances: 3, noise: 'even' } as const;
const OFF = { profile: 'steady', instances: 3, noise: 'clumped', isSwitchedOff: true } as const;

/** What is played beside the table: noise that is spread over the day in `bursts`, and a webhook that is switched off. */
export const BESIDE: readonly Part[] = [
  { ...HARD, policy: 'ours', mode: 'ECONOMY', completeness: 'DEADLINE' },
  { ...HARD, policy: 'naive', mode: 'FIXED', completeness: 'FULL' },
  { ...OFF, policy: 'ours', mode: 'WEBHOOK', completeness: 'DEADLINE' },
  { ...OFF, policy: 'ours', mode: 'WEBHOOK', completeness: 'FULL' },
];

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
