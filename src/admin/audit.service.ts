import { Injectable, Logger } from '@nestjs/common';
import { publicErrorOf } from '../platform/public-error.mapping';
import { AuditStore } from './audit/audit.store';
import { withoutSecrets } from './audit/without-secrets';
import type { AuditEntry, AuditFilter, AuditPage } from './domain/audit';
import type { ActingCaller } from './domain/caller';

export type { AuditEntry, AuditFilter, AuditPage } from './domain/audit';

/** What somebody is about to do. */
export interface AuditedAct {
  /** Name of the mutation. */
  readonly action: string;
  /** What is acted on, such as `timer:global`; null: the whole. */
  readonly target: string | null;
  /** As they were given; secrets are left out here. */
  readonly arguments: unknown;
  /** The target before; null where there is none. */
  readonly before: unknown;
  readonly reason: string | null;
}

/** Who did what, when, from where, what was before and after. An act begins only when Postgres has its entry. */
@Injectable()
export class AuditService {
  private readonly log = new Logger('admin');

  constructor(private readonly store: AuditStore) {}

  /**
   * Does something under an entry of the log: the entry is there before, and says afterwards how it went. One that
   * still says STARTED was broken off: nobody knows whether anything has changed.
   *
   * @param work - what is done; its answer stands in the entry, without secrets
   * @throws AdminError ADMIN_STORE_FAILED, and nothing was done; else what `work` throws
   */
  async run<Answer>(caller: ActingCaller, act: AuditedAct, work: () => Promise<Answer>): Promise<Answer> {
    const id = await this.begin(caller, act);
    try {
      const answer = await work();
      await this.complete(id, { outcome: 'DONE', code: null, after: withoutSecrets(answer) });
      return answer;
    } catch (err) {
      const code = publicErrorOf(err)?.code ?? 'INTERNAL';
      const isFault = code === 'INTERNAL' || code === 'SERVICE_UNAVAILABLE';
      await this.complete(id, { outcome: isFault ? 'FAILED' : 'REFUSED', code, after: null });
      throw err;
    }
  }

  /** Entries of a filter. @throws AdminError ADMIN_STORE_FAILED */
  async page(filter: AuditFilter, page: AuditPage): Promise<readonly AuditEntry[]> {
    return await this.store.page(filter, page);
  }

  private async begin(caller: ActingCaller, act: AuditedAct): Promise<number> {
    const { origin, credential } = caller;
    return await this.store.begin({
      actor: caller.name,
      credential: credential.kind,
      credentialId: credential.id,
      ...origin,
      ...act,
      arguments: withoutSecrets(act.arguments) ?? {},
      before: withoutSecrets(act.before),
    });
  }

  private async complete(id: number, end: Parameters<AuditStore['complete']>[1]): Promise<void> {
    await this.store.complete(id, end).catch((err: unknown) => {
      this.log.error({ message: 'audit entry not completed', entry: id, outcome: end.outcome, err });
    });
  }
}
