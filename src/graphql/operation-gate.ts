import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { GraphQLError, OperationTypeNode, parse } from 'graphql';
import type { ActingCaller } from '../admin/domain/caller';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { addressGroup } from '../platform/limits/address-group';
import type { LimitKind } from '../platform/limits/limit-rules';
import { LimitsService, tooMany } from '../platform/limits/limits.service';
import { rateLimitHeaders } from '../platform/limits/rate-limit.headers';
import { PublicError } from '../platform/public-error';
import { SettingsService } from '../settings/settings.service';
import { AllowList } from './allow-list';
import type { GraphqlContext } from './context';
import { excessOf, MAX_TOKENS } from './document-limits';
import { HeavyLane } from './heavy-lane';
import { assertShortLists } from './list-limit';
import { looksAtSchema, pointsOf } from './operation-cost';
import type { PricedOperation } from './operation-cost';
import { RecentTexts } from './recent-texts';
import { isOriginAllowed } from './socket.origin';

/** An operation that is about to be executed. */
export interface AskedOperation extends PricedOperation {
  /** The whole document. */
  readonly text: string;
}

/** From so many points on operations run one after the other. */
const HEAVY_POINTS = 5;

/** Admits operations: bounds what a document may be, what an operation may cost, and what a client may spend. */
@Injectable()
export class OperationGate {
  private readonly allowed: AllowList | null;
  private readonly lane = new HeavyLane();
  private readonly harmless = new RecentTexts();

  constructor(
    private readonly limits: LimitsService,
    private readonly settings: SettingsService,
    @Inject(ENV) private readonly env: Pick<Env, 'allowedOrigins' | 'operationAllowListPath'>,
  ) {
    const { operationAllowListPath: path } = env;
    this.allowed = path === null ? null : AllowList.read(path);
  }

  /**
   * Takes a request over HTTP, before anything of it is read: its first point, and the bounds of its document.
   *
   * @throws PublicError RATE_LIMITED; GraphQLError where the document is beyond its bounds
   */
  async admitRequest(context: GraphqlContext, text: unknown): Promise<void> {
    const caller = await callerOf(context);
    await this.charge(context, caller === null ? 'public' : 'key', caller);
    if (typeof text === 'string') this.assertHarmless(text);
  }

  /** The document that a client means by its hash; null where it is not in the list, or there is none. */
  listed(hash: unknown): string | null {
    return typeof hash === 'string' ? (this.allowed?.find(hash) ?? null) : null;
  }

  /**
   * Takes an operation: what it costs beyond its first point, and whether it may be run at all.
   *
   * @param paid - points that were paid before
   * @returns what has to be called when it is over; safe to repeat
   * @throws PublicError
   */
  async admitOperation(context: GraphqlContext, asked: AskedOperation, paid: number): Promise<() => void> {
    const caller = await callerOf(context);
    const points = this.check(asked, caller === null);
    const rest = points - paid;
    if (rest > 0) await this.charge(context, caller === null ? 'public' : 'key', caller, rest);
    if (caller !== null && asked.operation.operation === OperationTypeNode.MUTATION)
      await this.charge(context, 'admin', caller);
    return await this.turnOf(clientOf(caller, context.clientAddress), points);
  }

  private async turnOf(client: string, points: number): Promise<() => void> {
    if (points < HEAVY_POINTS) return () => undefined;
    return await this.lane.enter(client, this.settings.current().limits.operationTimeoutMs);
  }

  /** What an operation costs. @throws PublicError where it may not be run */
  check(asked: AskedOperation, isPublic: boolean): number {
    if (isPublic && this.allowed?.has(asked.text) === false) {
      throw new PublicError('FORBIDDEN', 'only operations of the list may be run here');
    }
    const { isIntrospectionEnabled } = this.settings.current().limits;
    if (isPublic && !isIntrospectionEnabled && looksAtSchema(asked)) {
      throw new PublicError('FORBIDDEN', 'the schema may not be asked for here; it is in schema.graphql');
    }
    assertShortLists(asked.variables);
    return pointsOf(asked);
  }

  /** Takes an operation on a socket, at once. @throws PublicError RATE_LIMITED */
  beginOnSocket(address: string): void {
    const spending = this.limits.spendNow('subscribe', addressGroup(address));
    if (spending?.verdict.isAllowed === false) throw tooMany(spending);
  }

  /** Whether clients are limited at all. */
  get isLimiting(): boolean {
    return this.limits.isEnabled;
  }

  /** Whether pages of the request's origin may open sockets. */
  takesOrigin(request: Pick<IncomingMessage, 'headers'>): boolean {
    return isOriginAllowed(request, this.env.allowedOrigins);
  }

  /** Takes another socket of an address. @returns false where it has opened too many */
  takesSocket(address: string): boolean {
    return this.limits.spendNow('connect', addressGroup(address))?.verdict.isAllowed !== false;
  }

  private assertHarmless(text: string): void {
    if (this.harmless.has(text)) return;
    const [excess] = excessIn(text);
    if (excess !== undefined) throw excess;
    this.harmless.add(text);
  }

  private async charge(
    context: GraphqlContext,
    kind: LimitKind,
    caller: ActingCaller | null,
    points = 1,
  ): Promise<void> {
    const spending = await this.limits.spend(kind, clientOf(caller, context.clientAddress), points);
    if (spending === null) {
      context.bill.isFree = true;
      return;
    }
    for (const [name, value] of rateLimitHeaders(context.bill.add(spending))) context.setHeader(name, value);
    if (!spending.verdict.isAllowed) throw tooMany(spending);
  }
}

function excessIn(text: string): readonly GraphQLError[] {
  try {
    return excessOf(parse(text, { noLocation: true, maxLexicalTokens: MAX_TOKENS }));
  } catch (err) {
    if (err instanceof GraphQLError) return [err];
    throw err;
  }
}

/** Who shows something that is wrong is told so by the field; here it is the public. */
async function callerOf(context: GraphqlContext): Promise<ActingCaller | null> {
  try {
    return await context.identify();
  } catch {
    return null;
  }
}

/** The secret is everybody's who knows it, so that each address has a quota of its own. */
function clientOf(caller: ActingCaller | null, address: string): string {
  if (caller === null) return addressGroup(address);
  const { kind, id } = caller.credential;
  return `${kind} ${id ?? addressGroup(address)}`;
}
