import { Args, Int, Mutation, Query } from '@nestjs/graphql';
import type { Actor } from '../admin/auth.service';
import { connect, planPage } from '../history/domain/page';
import { badInput } from '../platform/public-error';
import { isSettingsRefusal, SettingsService } from '../settings/settings.service';
import type { SettingsRecord, SettingsRefusal } from '../settings/settings.service';
import { Access, Acting, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { checkInput } from './input';
import {
  decodeVersion,
  encodeVersion,
  monitoringPatch,
  publicRefusal,
  settingsPatch,
} from './settings.orders';
import { settingsPicture } from './settings.picture';
import { connectionOf, PageArgs } from './types/connection.type';
import type { PagePicture } from './types/connection.type';
import { UpdateMonitoringInput, UpdateSettingsInput } from './types/settings.input';
import {
  RestoreSettingsPayload,
  Settings,
  SettingsConnection,
  UpdateMonitoringPayload,
  UpdateSettingsPayload,
} from './types/settings.type';

const MAX_REASON = 500;
const expected = {
  type: () => Int,
  nullable: true,
  description: 'Refuse with CONFLICT where another version is in force; null: change whatever is.',
};
const why = {
  type: () => String,
  nullable: true,
  description: 'Why; kept in the history. Null: says which version was restored.',
};
const input = { description: 'What is asked for.' };

/** What administrators read and change while the service runs. */
@AdminResolverClass()
export class SettingsResolver {
  constructor(private readonly service: SettingsService) {}

  @Access('read')
  @Query(() => Settings, {
    description:
      'The settings in force on the instance that answers; all follow within a second. Scope READ.',
  })
  settings(): Settings {
    return this.picture(this.service.currentRecord());
  }

  @Access('read')
  @Query(() => SettingsConnection, {
    description: 'All versions of the settings, newest first, the one in force included. Scope READ.',
  })
  async settingsHistory(@Args() page: PageArgs): Promise<PagePicture<Settings>> {
    const plan = planPage(page);
    const records = await this.service.history({
      direction: plan.direction === 'FORWARD' ? 'NEWEST_FIRST' : 'OLDEST_FIRST',
      limit: plan.size + 1,
      below: decodeVersion('after', plan.after),
      above: decodeVersion('before', plan.before),
    });
    const edges = records.map((node) => ({ cursor: encodeVersion(node.settings.version), node }));
    return connectionOf(connect(plan, edges), (record) => this.picture(record));
  }

  @Access('admin')
  @ActsOn('settings')
  @Mutation(() => UpdateSettingsPayload, {
    description: 'Changes settings; where nothing would change no version is made. Scope ADMIN.',
  })
  async updateSettings(
    @Acting() actor: Actor,
    @Args('input', input) raw: UpdateSettingsInput,
    @Args('expectedVersion', expected) expectedVersion: number | null,
  ): Promise<UpdateSettingsPayload> {
    const checked = await checkInput(UpdateSettingsInput, raw, 'input');
    const order = orderOf(actor, expectedVersion, checked.reason);
    return this.answer(await this.service.update(settingsPatch(checked), order));
  }

  @Access('admin')
  @ActsOn('settings')
  @Mutation(() => RestoreSettingsPayload, {
    description: 'Makes the values of an earlier version a new one. Scope ADMIN.',
  })
  async restoreSettings(
    @Acting() actor: Actor,
    @Args('version', { type: () => Int, description: 'The version to take the values of.' }) version: number,
    @Args('expectedVersion', expected) expectedVersion: number | null,
    @Args('reason', why) reason: string | null,
  ): Promise<RestoreSettingsPayload> {
    if (typeof reason === 'string' && (reason.length === 0 || reason.length > MAX_REASON)) {
      throw badInput([{ path: 'reason', message: `must have 1 to ${MAX_REASON} characters` }]);
    }
    return this.answer(await this.service.restore(version, orderOf(actor, expectedVersion, reason)));
  }

  @Access('operate')
  @ActsOn('settings')
  @Mutation(() => UpdateMonitoringPayload, {
    description:
      'Changes how the chain is read. Timers in EXTEND mode are read FULL whatever completeness is set. Scope OPERATE.',
  })
  async updateMonitoring(
    @Acting() actor: Actor,
    @Args('input', input) raw: UpdateMonitoringInput,
  ): Promise<UpdateMonitoringPayload> {
    const checked = await checkInput(UpdateMonitoringInput, raw, 'input');
    const order = orderOf(actor, checked.expectedVersion, checked.reason);
    const patch = { monitoring: monitoringPatch(checked) };
    return this.answer(await this.service.update(patch, order), 'monitoring.');
  }

  private answer(outcome: SettingsRecord | SettingsRefusal, group?: string): { settings: Settings } {
    if (isSettingsRefusal(outcome)) throw publicRefusal(outcome, group);
    return { settings: this.picture(outcome) };
  }

  private picture(record: SettingsRecord): Settings {
    return settingsPicture(record, this.service.differences(record.settings));
  }
}

function orderOf(
  { name }: Actor,
  expectedVersion: number | null | undefined,
  reason: string | null | undefined,
): { actor: string; expectedVersion: number | null; reason: string | null } {
  return { actor: name, expectedVersion: expectedVersion ?? null, reason: reason ?? null };
}
