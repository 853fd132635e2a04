import { Inject, Injectable } from '@nestjs/common';
import type { AlertPolicy, AlertProbe } from '../../alerts/alert.service';
import { HistoryService } from '../../history/history.service';
import { SettingsService } from '../../settings/settings.service';
import { CreditsService } from '../../solana/credits.service';
import { SolanaService } from '../../solana/solana.service';
import { ChainProbe } from './chain.probe';
import { TimerProbe } from './timer.probe';

/** The probes of the rooms, and the settings as alerts see them. */
@Injectable()
export class WatchedRooms {
  readonly probes: readonly AlertProbe[];

  constructor(
    @Inject(TimerProbe) readonly timerProbe: TimerProbe,
    solana: SolanaService,
    credits: CreditsService,
    history: HistoryService,
    private readonly settings: SettingsService,
  ) {
    this.probes = [timerProbe, new ChainProbe(solana, credits), historyProbe(history)];
  }

  /** What admins have decided about alerts. */
  get policy(): AlertPolicy {
    const { settings } = this;
    return {
      isEnabled: (rule) => settings.current().alerts.rules[rule]?.isEnabled ?? true,
      thresholdOf: (rule) => settings.current().alerts.rules[rule]?.threshold ?? null,
      quietHours: () => settings.current().alerts.quietHours,
    };
  }
}

function historyProbe(history: Pick<HistoryService, 'status'>): AlertProbe {
  return {
    read: async () => {
      const { lagEntries } = await history.status();
      if (lagEntries === null) return new Map();
      return new Map([['history-lag' as const, [{ subject: null, value: lagEntries, context: {} }]]]);
    },
  };
}
