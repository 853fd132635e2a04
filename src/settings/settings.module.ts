import { Module } from '@nestjs/common';
import { LIMIT_RULES } from '../platform/limits/limit-rules';
import { SettingsLimitRules } from './limit-rules';
import { SettingsCache } from './settings.cache';
import { SettingsKeeper } from './settings.keeper';
import { SettingsService } from './settings.service';
import { SettingsStore } from './settings.store';

/** What admins can change while the service runs, and the limits of clients, which are a part of it. */
@Module({
  providers: [
    SettingsStore,
    SettingsCache,
    SettingsKeeper,
    SettingsService,
    { provide: LIMIT_RULES, useClass: SettingsLimitRules },
  ],
  exports: [SettingsService, LIMIT_RULES],
})
export class SettingsModule {}
