import { Injectable, Logger, SetMetadata } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { AuditService } from '../admin/audit.service';
import { actingCallers } from './acting-callers';
import { AuditSubjects } from './audit.subjects';
import type { SubjectKind } from './audit.subjects';
import type { GraphqlContext } from './context';

const SUBJECT = Symbol('audit subject');

/** What a mutation acts on. */
export interface AuditSubject {
  readonly kind: SubjectKind;
  /** Dotted path of the id among the arguments; absent: there is only one of the kind. */
  readonly id?: string;
}

/** Says what a mutation acts on, so that the audit log holds what it was before. */
export function ActsOn(kind: SubjectKind, id?: string): MethodDecorator {
  const subject: AuditSubject = id === undefined ? { kind } : { kind, id };
  return SetMetadata(SUBJECT, subject);
}

/** Runs each mutation of an administrator under an entry of the audit log. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly log = new Logger('graphql');

  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditService,
    private readonly subjects: AuditSubjects,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const operation = GqlExecutionContext.create(context);
    const info = operation.getInfo<GraphQLResolveInfo>();
    const graphql = operation.getContext<GraphqlContext>();
    const caller = actingCallers.get(graphql);
    if (info.parentType.name !== 'Mutation' || caller === undefined) return next.handle();
    const given = operation.getArgs<Readonly<Record<string, unknown>>>();
    const subject = this.reflector.get<AuditSubject | undefined>(SUBJECT, context.getHandler());
    const run = async (): Promise<unknown> => {
      const { target, before } = await this.subjects.look(subject?.kind, at(given, subject?.id));
      const act = { action: info.fieldName, arguments: given, target, before, reason: reasonOf(given) };
      const { requestId } = graphql;
      const line = { message: 'administrator acted', requestId, actor: caller.name, action: act.action };
      this.log.log({ ...line, ...(target === null ? {} : { target }) });
      return await this.audit.run(caller, act, () => lastValueFrom(next.handle()));
    };
    return from(run());
  }
}

function at(given: unknown, path: string | undefined): string | null {
  let value = given;
  for (const name of path?.split('.') ?? []) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === name)?.[1]
        : null;
  }
  return typeof value === 'string' ? value : null;
}

function reasonOf(given: Readonly<Record<string, unknown>>): string | null {
  return at(given, 'reason') ?? at(given, 'input.reason');
}
