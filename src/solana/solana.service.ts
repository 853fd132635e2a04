import type { Observed } from './chain-observer';
import type { ChainTarget } from './domain/chain-target';
import type { LeaderService } from './leader.service';
import type { PushState } from './domain/push-trust';
import type { ObservedStore } from './redis/observed.store';
import type { EndpointHealth } from './rpc/endpoint-health';
import type { CallCount, CreditMeter } from './rpc/credit-meter';

const QUIET_MS = 120_000;
const DEAD_MS = 300_000;

export type { PushState } from './domain/push-trust';
export type { EndpointHealth } from './rpc/endpoint-health';

/** What health says about the chain, from what was last observed. */
export interface ChainStatus {
  readonly kind: ChainTarget['kind'];
  readonly status: 'ok' | 'degraded' | 'down';
  readonly lastSlot: number | null;
  /** Shared time of the last good answer of an endpoint, epoch ms. */
  readonly lastSeenAtMs: number | null;
  readonly isLeader: boolean;
  /** Transactions that were seen and could not be judged yet. */
  readonly pending: number;
  /** For people: what the demo chain plays, or what is wrong; null where there is nothing to say. */
  readonly note: string | null;
}

/** The front door of reading the chain. */
export class SolanaService {
  /** @param nowMs - shared clock */
  constructor(
    private readonly target: ChainTarget,
    private readonly leader: Pick<LeaderService, 'isLeader' | 'present'>,
    private readonly observed: Pick<ObservedStore, 'get'>,
    private readonly meter: CreditMeter,
    private readonly nowMs: () => number,
  ) {}

  /** How reading goes, on any instance; asks Redis, never the chain. Does not throw. */
  async status(): Promise<ChainStatus> {
    const { kind } = this.target;
    const about = { kind, isLeader: this.leader.isLeader };
    const nothing = { lastSlot: null, lastSeenAtMs: null, pending: 0 };
    if (kind === 'off') return { ...about, ...nothing, status: 'ok', note: 'the chain is not read' };
    try {
      const observed = await this.observed.get();
      if (observed === null)
        return { ...about, ...nothing, status: 'down', note: this.note('no instance reads the chain') };
      const { lastSlot, lastSeenAtMs, pending } = observed;
      const { status, problem } = this.judge(observed);
      return { ...about, lastSlot, lastSeenAtMs, pending, status, note: this.note(problem) };
    } catch {
      return {
        ...about,
        ...nothing,
        status: 'degraded',
        note: this.note('what the leader observed cannot be asked for'),
      };
    }
  }

  /** How each endpoint has done lately, as the leader told last; none where nobody reads. Does not throw. */
  async endpoints(): Promise<readonly EndpointHealth[]> {
    return (await this.observed.get().catch(() => null))?.endpoints ?? [];
  }

  /** How far each way of pushing is trusted, as the leader told last; none where nobody reads. Does not throw. */
  async pushes(): Promise<readonly PushState[]> {
    return (await this.observed.get().catch(() => null))?.pushes ?? [];
  }

  /** Which instance reads for all; null: none, or it cannot be known. Does not throw. */
  async reader(): Promise<{ readonly instanceId: string; readonly fencingToken: number } | null> {
    return await this.leader.present().catch(() => null);
  }

  /** What the leader observed last, as it told it; null: nothing for half a minute. @throws while Redis is away */
  async observation(): Promise<Observed | null> {
    return await this.observed.get();
  }

  /** Whether there is a chain to read at all. */
  get isReading(): boolean {
    return this.target.kind !== 'off';
  }

  /** Calls since this process started, with their credits. */
  calls(): readonly CallCount[] {
    return this.meter.counts();
  }

  /** What is played is said in every state. */
  private note(problem: string | null): string | null {
    const played = this.target.note();
    return played === null || problem === null ? (played ?? problem) : `${played}; ${problem}`;
  }

  private judge(observed: Observed): { status: ChainStatus['status']; problem: string | null } {
    const ageMs = observed.lastSeenAtMs === null ? null : this.nowMs() - observed.lastSeenAtMs;
    if (observed.isOverdue) return { status: 'degraded', problem: 'settling takes long' };
    if (ageMs === null && observed.failures === 0) return { status: 'degraded', problem: 'not read yet' };
    if (ageMs === null || ageMs > DEAD_MS)
      return { status: 'down', problem: observed.failure ?? 'no answer' };
    if (observed.failures > 0) return { status: 'degraded', problem: observed.failure };
    return ageMs > QUIET_MS
      ? { status: 'degraded', problem: 'no answer for two minutes' }
      : { status: 'ok', problem: null };
  }
}
