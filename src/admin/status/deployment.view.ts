import { Injectable } from '@nestjs/common';
import { HistoryService } from '../../history/history.service';
import { SettingsService } from '../../settings/settings.service';
import type { Settings } from '../../settings/domain/settings';
import { SolanaService } from '../../solana/solana.service';
import type { ChainStatus, EndpointHealth, PushState } from '../../solana/solana.service';
import { LiveTimersService } from '../../timer/live-timers.service';
import type { Health } from '../domain/status';

/** Reading of the chain. */
export interface ChainView extends Omit<ChainStatus, 'status'> {
  readonly health: Health;
  readonly reader: { readonly instanceId: string; readonly fencingToken: number } | null;
  readonly endpoints: readonly EndpointHealth[];
  readonly pushes: readonly PushState[];
}

/** Writing of the history. */
export interface HistorianView {
  readonly health: Health;
  readonly problem: string | null;
  readonly lagEntries: number | null;
  readonly lastCommitAtMs: number | null;
  readonly mismatches: number;
  readonly setAside: number;
}

/** Timers as far as operators count them. */
export interface TimersView {
  /** False where nothing is known, so that nothing can be shown. */
  readonly isKnown: boolean;
  readonly count: number;
  readonly viewers: number;
}

/** What the rooms know of themselves. Nothing here throws. */
@Injectable()
export class DeploymentView {
  constructor(
    private readonly solana: SolanaService,
    private readonly history: HistoryService,
    private readonly live: LiveTimersService,
    private readonly settingsService: SettingsService,
  ) {}

  /** The settings in force here. */
  settings(): Settings {
    return this.settingsService.current();
  }

  async chain(): Promise<ChainView> {
    const [{ status, ...told }, reader, endpoints, pushes] = await Promise.all([
      this.solana.status(),
      this.solana.reader(),
      this.solana.endpoints(),
      this.solana.pushes(),
    ]);
    const health = status === 'ok' ? 'healthy' : status === 'degraded' ? 'degraded' : 'unhealthy';
    return { ...told, health, reader, endpoints, pushes };
  }

  async historian(): Promise<HistorianView> {
    const status = await this.history.status().catch(() => null);
    if (status === null) {
      const nothing = { lagEntries: null, lastCommitAtMs: null, mismatches: 0, setAside: 0 };
      return { ...nothing, health: 'degraded', problem: 'cannot be asked' };
    }
    const { isHealthy, lagEntries, lastCommitAtMs, mismatches, setAside } = status;
    const problem = problemOf(isHealthy, setAside, mismatches);
    const health = problem === null ? 'healthy' : 'degraded';
    return { health, problem, lagEntries, lastCommitAtMs, mismatches, setAside };
  }

  async timers(): Promise<TimersView> {
    const all = await this.live.all().catch(() => null);
    if (all === null) return { isKnown: false, count: 0, viewers: 0 };
    return { isKnown: true, count: all.length, viewers: all.reduce((sum, { viewers }) => sum + viewers, 0) };
  }
}

function problemOf(isHealthy: boolean, setAside: number, mismatches: number): string | null {
  if (!isHealthy) return 'events wait to be written';
  if (setAside > 0) return 'events were set aside';
  return mismatches > 0 ? 'an event came twice with other content' : null;
}
