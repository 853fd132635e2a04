import { Injectable, SetMetadata } from '@nestjs/common';
import type { CustomDecorator, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { InjectThrottlerOptions, ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerModuleOptions, ThrottlerRequest } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { addressGroup } from './address-group';
import type { Bill } from './bill';
import type { LimitKind } from './limit-rules';
import { LimitsService, tooMany } from './limits.service';
import { rateLimitHeaders } from './rate-limit.headers';
import { SlidingWindowStore } from './sliding-window.store';

/** What a GraphQL context has to offer to be limited. */
export interface LimitedContext {
  readonly clientAddress: string;
  readonly bill: Bill;
  /** Sets a header of the answer; without effect on a socket. */
  setHeader(name: string, value: string | number): void;
}

const LIMITED_AS = 'limits:kind';

/** Counts requests of a route as what they are, by this instance first and without asking Redis. */
export const LimitedAs = (kind: LimitKind): CustomDecorator => SetMetadata(LIMITED_AS, kind);

/** Who asks, and how headers of the answer are set. */
interface Exchange {
  readonly address: string;
  readonly setHeader: (name: string, value: string) => void;
}

/**
 * Limits what one address may ask for, over all routes together. An operation of GraphQL is charged as a whole and by
 * its cost when it is admitted; one that comes here without that costs one point.
 */
@Injectable()
export class ClientLimitGuard extends ThrottlerGuard {
  private readonly verdicts = new WeakMap<LimitedContext, Promise<boolean>>();

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    windows: SlidingWindowStore,
    reflector: Reflector,
    private readonly limits: LimitsService,
  ) {
    super(options, windows, reflector);
  }

  protected override async handleRequest({ context }: ThrottlerRequest): Promise<boolean> {
    if (context.getType<string>() !== 'graphql') return await this.charge(context, exchangeOf(context));
    const operation = GqlExecutionContext.create(context).getContext<LimitedContext>();
    if (operation.bill.isOpen) return true;
    const { clientAddress: address } = operation;
    const setHeader = (name: string, value: string): void => operation.setHeader(name, value);
    const verdict = this.verdicts.get(operation) ?? this.charge(context, { address, setHeader });
    this.verdicts.set(operation, verdict);
    return await verdict;
  }

  private async charge(context: ExecutionContext, { address, setHeader }: Exchange): Promise<boolean> {
    const client = addressGroup(address);
    const kind = this.reflector.getAllAndOverride<LimitKind | undefined>(LIMITED_AS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const spending =
      kind === undefined ? await this.limits.spend('public', client) : this.limits.spendNow(kind, client);
    if (spending === null) return true;
    for (const [name, value] of rateLimitHeaders([spending])) setHeader(name, value);
    if (!spending.verdict.isAllowed) throw tooMany(spending);
    return true;
  }
}

function exchangeOf(context: ExecutionContext): Exchange {
  const http = context.switchToHttp();
  const response = http.getResponse<Response>();
  return {
    address: http.getRequest<Request>().ip ?? 'unknown',
    setHeader: (name, value) => void response.setHeader(name, value),
  };
}
