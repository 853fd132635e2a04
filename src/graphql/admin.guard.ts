import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  SetMetadata,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Extensions, GqlExecutionContext, Resolver } from '@nestjs/graphql';
import type { ActingCaller } from '../admin/domain/caller';
import { includesScope } from '../admin/domain/scope';
import type { Scope } from '../admin/domain/scope';
import { PublicError } from '../platform/public-error';
import { AuditInterceptor } from './audit.interceptor';
import { actingCallers } from './acting-callers';
import type { GraphqlContext } from './context';

const ACCESS = Symbol('access');

/** Lets administrators pass who have the scope that the field asks for; `admin` where it says nothing. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws PublicError UNAUTHENTICATED without credentials or with wrong ones, FORBIDDEN without the scope */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = GqlExecutionContext.create(context).getContext<GraphqlContext>();
    const caller = await operation.identify();
    if (caller === null) throw new PublicError('UNAUTHENTICATED', 'sign in, or send a secret or an API key');
    const needed = this.reflector.get<Scope | undefined>(ACCESS, context.getHandler()) ?? 'admin';
    if (!includesScope(caller.credential.scopes, needed)) {
      throw new PublicError('FORBIDDEN', `this needs the scope ${needed}`);
    }
    actingCallers.set(operation, caller);
    return true;
  }
}

/** A resolver of which every field is for administrators; what its mutations do is audited. */
export function AdminResolverClass(): ClassDecorator {
  return applyDecorators(Resolver(), UseGuards(AdminGuard), UseInterceptors(AuditInterceptor));
}

/** The scope that a field of such a resolver asks for; the schema's extension `access` tells it. */
export function Access(scope: Scope): MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, scope), Extensions({ access: scope }));
}

/** The administrator that `AdminGuard` has let pass, as a resolver's parameter. */
export const Acting = createParamDecorator((_: unknown, context: ExecutionContext): ActingCaller => {
  const caller = actingCallers.get(GqlExecutionContext.create(context).getContext<GraphqlContext>());
  if (caller === undefined)
    throw new PublicError('UNAUTHENTICATED', 'sign in, or send a secret or an API key');
  return caller;
});
