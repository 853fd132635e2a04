import { Args, Query } from '@nestjs/graphql';
import { AuditService } from '../admin/audit.service';
import { connect, planPage } from '../history/domain/page';
import { badInput } from '../platform/public-error';
import { Access, AdminResolverClass } from './admin.guard';
import { checkInput } from './input';
import { AuditConnection, AuditFilter, auditPicture } from './types/audit.type';
import type { AuditEntry } from './types/audit.type';
import { connectionOf, PageArgs } from './types/connection.type';
import type { PagePicture } from './types/connection.type';

const CURSOR = /^\["audit",(\d{1,15})\]$/;
const filter = { type: () => AuditFilter, nullable: true, description: 'Null: all.' };

/** What administrators did. */
@AdminResolverClass()
export class AuditResolver {
  constructor(private readonly audit: AuditService) {}

  @Access('admin')
  @Query(() => AuditConnection, {
    description:
      'What administrators did, newest first: who, when, from where, what it was before and after, and why. Scope ADMIN.',
  })
  async auditLog(
    @Args('filter', filter) asked: AuditFilter | null,
    @Args() page: PageArgs,
  ): Promise<PagePicture<AuditEntry>> {
    const plan = planPage(page);
    const checked = await checkInput(AuditFilter, asked ?? new AuditFilter(), 'filter');
    const entries = await this.audit.page(
      {
        fromMs: checked.from ?? null,
        toMs: checked.to ?? null,
        actor: checked.actor ?? null,
        action: checked.action ?? null,
        target: checked.target ?? null,
        outcome: checked.outcome ?? null,
      },
      {
        direction: plan.direction === 'FORWARD' ? 'NEWEST_FIRST' : 'OLDEST_FIRST',
        limit: plan.size + 1,
        below: numberOf('after', plan.after),
        above: numberOf('before', plan.before),
      },
    );
    const edges = entries.map((node) => ({ cursor: cursorOf(node.id), node }));
    return connectionOf(connect(plan, edges), auditPicture);
  }
}

function cursorOf(id: number): string {
  return Buffer.from(JSON.stringify(['audit', id])).toString('base64url');
}

function numberOf(path: 'after' | 'before', cursor: string | null): number | null {
  if (cursor === null) return null;
  const digits = CURSOR.exec(Buffer.from(cursor.slice(0, 100), 'base64url').toString('utf8'))?.[1];
  if (digits === undefined) throw badInput([{ path, message: 'is not a cursor of this list' }]);
  return Number(digits);
}
