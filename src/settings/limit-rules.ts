import { Injectable } from '@nestjs/common';
import type { LimitKind, LimitRules, Quota } from '../platform/limits/limit-rules';
import type { LimitSettings } from './domain/settings';
import { SettingsService } from './settings.service';

const SETTING_OF = {
  public: 'maxRequests',
  key: 'keyMaxRequests',
  admin: 'adminMaxChanges',
  webhook: 'webhookMaxRequests',
  connect: 'maxConnects',
  subscribe: 'maxSubscribes',
} as const satisfies Record<LimitKind, keyof LimitSettings>;

/** The limits of clients as the settings in force have them. */
@Injectable()
export class SettingsLimitRules implements LimitRules {
  constructor(private readonly settings: SettingsService) {}

  quotaOf(kind: LimitKind): Quota | null {
    const { limits } = this.settings.current();
    return limits.isEnabled ? { limit: limits[SETTING_OF[kind]], windowMs: limits.windowMs } : null;
  }
}
