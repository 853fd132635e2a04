import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../admin/api-keys.service';
import { SessionsService } from '../admin/sessions.service';
import { SettingsService } from '../settings/settings.service';
import { TimerService } from '../timer/timer.service';
import { WebhooksService } from '../webhooks/webhooks.service';

/** What mutations act on. */
export type SubjectKind =
  'timer' | 'settings' | 'apiKey' | 'session' | 'outgoingWebhook' | 'clock' | 'heliusWebhook';

/** A subject by its name in the audit log, and what it is before something is done to it. */
export interface LookedAt {
  readonly target: string | null;
  readonly before: unknown;
}

/** Looks at what is about to be acted on. */
@Injectable()
export class AuditSubjects {
  constructor(
    private readonly timers: TimerService,
    private readonly settings: SettingsService,
    private readonly keys: ApiKeysService,
    private readonly sessions: SessionsService,
    private readonly webhooks: WebhooksService,
  ) {}

  /** The subject as it is; `before` is null where it cannot be known. Does not throw. */
  async look(kind: SubjectKind | undefined, id: string | null): Promise<LookedAt> {
    if (kind === undefined) return { target: null, before: null };
    const target = id === null ? kind : `${kind}:${id.slice(0, 100)}`;
    return { target, before: await this.before(kind, id).catch(() => null) };
  }

  private async before(kind: SubjectKind, id: string | null): Promise<unknown> {
    if (kind === 'settings') return this.settings.current();
    if (id === null) return null;
    switch (kind) {
      case 'timer':
        return (await this.timers.current(id))?.view ?? null;
      case 'apiKey':
        return isUuid(id) ? await this.keys.find(id) : null;
      case 'session':
        return isUuid(id) ? await this.sessions.find(id) : null;
      case 'outgoingWebhook':
        return (await this.webhooks.list()).find((webhook) => webhook.id === id) ?? null;
      case 'clock':
      case 'heliusWebhook':
        return null;
    }
  }
}

/** Whether Postgres takes the text as an id. */
export function isUuid(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(text);
}
