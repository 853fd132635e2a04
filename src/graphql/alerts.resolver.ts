import { Args, Int, Mutation, Query, Subscription } from '@nestjs/graphql';
import type { ActingCaller } from '../admin/domain/caller';
import { AlertService } from '../alerts/alert.service';
import type { Alert as FoundAlert } from '../alerts/alert.service';
import { isAlertRule } from '../config/alert-rules';
import type { AlertRuleName } from '../config/alert-rules';
import { badInput, PublicError } from '../platform/public-error';
import { isSettingsRefusal, SettingsService } from '../settings/settings.service';
import { Access, Acting, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { checkInput } from './input';
import { publicRefusal } from './settings.orders';
import {
  Alert,
  alertPicture,
  AlertRule,
  rulePicture,
  SendTestAlertPayload,
  UpdateAlertRuleInput,
  UpdateAlertRulePayload,
} from './types/alert.type';

const MOST = 500;
const firing = {
  type: () => Boolean,
  nullable: true,
  description: 'Only those that fire, or only past ones.',
};
const byRule = { type: () => String, nullable: true, description: 'Only of this rule.' };
const first = { type: () => Int, defaultValue: 50, description: `How many, 0 to ${MOST}.` };

/** What administrators see and decide of alerts. */
@AdminResolverClass()
export class AlertsResolver {
  constructor(
    private readonly service: AlertService,
    private readonly settings: SettingsService,
  ) {}

  @Access('read')
  @Query(() => [Alert], {
    description:
      'Alerts, newest first: those that fire, and the last thousand that are over. While Redis is away, those that the answering instance knows. Scope READ.',
  })
  async alerts(
    @Args('firing', firing) isFiring: boolean | null | undefined,
    @Args('rule', byRule) rule: string | null | undefined,
    @Args('first', first) limit: number,
  ): Promise<Alert[]> {
    if (limit < 0 || limit > MOST) throw badInput([{ path: 'first', message: `must be from 0 to ${MOST}` }]);
    const name = rule ? ruleNamed(rule, 'rule') : null;
    return (await this.service.list({ rule: name, isFiring: isFiring ?? null, limit })).map(alertPicture);
  }

  @Access('read')
  @Query(() => [AlertRule], { description: 'All alert rules with what is in force for them. Scope READ.' })
  alertRules(): AlertRule[] {
    return this.service.rules().map(rulePicture);
  }

  @Access('admin')
  @ActsOn('settings')
  @Mutation(() => UpdateAlertRulePayload, {
    description:
      'Switches a rule on or off, or changes its threshold; a change of the settings. Scope ADMIN.',
  })
  async updateAlertRule(
    @Acting() acting: ActingCaller,
    @Args('input', { description: 'What is asked for.' }) raw: UpdateAlertRuleInput,
  ): Promise<UpdateAlertRulePayload> {
    const input = await checkInput(UpdateAlertRuleInput, raw, 'input');
    const name = ruleNamed(input.name, 'input.name');
    const change = { isEnabled: input.enabled ?? undefined, threshold: input.threshold };
    const order = {
      actor: acting.name,
      reason: input.reason ?? null,
      expectedVersion: input.expectedVersion ?? null,
    };
    const outcome = await this.settings.update({ alerts: { rules: { [name]: change } } }, order);
    if (isSettingsRefusal(outcome)) throw publicRefusal(outcome, `alerts.rules.${name}.`);
    const rule = this.service.rules().find((one) => one.name === name);
    if (rule === undefined) throw new PublicError('NOT_FOUND', 'there is no such rule');
    return { rule: rulePicture(rule) };
  }

  @Access('operate')
  @Mutation(() => SendTestAlertPayload, {
    description: 'Sends a test to every channel that alerts are delivered to. Scope OPERATE.',
  })
  async sendTestAlert(@Acting() acting: ActingCaller): Promise<SendTestAlertPayload> {
    const alert = await this.service.sendTest(acting.name).catch((cause: unknown) => {
      throw new PublicError('SERVICE_UNAVAILABLE', 'Redis cannot be reached', {}, { cause });
    });
    return { alert: alertPicture(alert), channels: this.service.channels() };
  }

  @Access('read')
  @Subscription(() => Alert, {
    description: 'Alerts as they fire, and again when they are over. Scope READ.',
    resolve: (alert: FoundAlert) => alertPicture(alert),
  })
  alertChanged(): AsyncIterableIterator<FoundAlert> {
    return this.service.changes();
  }
}

function ruleNamed(name: string, path: string): AlertRuleName {
  if (isAlertRule(name)) return name;
  throw badInput([{ path, message: 'must be the name of an alert rule' }]);
}
