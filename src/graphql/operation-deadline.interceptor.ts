import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { OperationTypeNode } from 'graphql';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { PublicError } from '../platform/public-error';
import { SettingsService } from '../settings/settings.service';
import type { GraphqlContext } from './context';

/**
 * Answers in the place of a field that takes longer than its operation may. What was begun goes on to its own end, so
 * that a change is kept or refused as a whole, with its audit entry; a change whose turn comes later is not begun.
 */
@Injectable()
export class OperationDeadlineInterceptor implements NestInterceptor {
  private readonly deadlines = new WeakMap<GraphqlContext, number>();

  constructor(private readonly settings: SettingsService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'graphql') return next.handle();
    const execution = GqlExecutionContext.create(context);
    const { operation } = execution.getInfo<GraphQLResolveInfo>().operation;
    // a subscription has no end
    if (operation === OperationTypeNode.SUBSCRIPTION) return next.handle();
    return from(this.inTime(execution.getContext<GraphqlContext>(), next));
  }

  private async inTime(operation: GraphqlContext, next: CallHandler): Promise<unknown> {
    const limitMs = this.settings.current().limits.operationTimeoutMs;
    const deadlineMs = this.deadlines.get(operation) ?? performance.now() + limitMs;
    this.deadlines.set(operation, deadlineMs);
    const late = (): PublicError =>
      new PublicError('SERVICE_UNAVAILABLE', `not done within ${limitMs} ms; a change may still happen`);
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) throw late();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(late()), leftMs);
    });
    const done = lastValueFrom(next.handle(), { defaultValue: undefined });
    return await Promise.race([done, tooLate]).finally(() => clearTimeout(timer));
  }
}
