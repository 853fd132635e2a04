import { execute, GraphQLError, OperationTypeNode, subscribe } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { socketContext } from '../context';
import type { GraphqlContext } from '../context';
import type { AskedOperation, OperationGate } from '../operation-gate';
import { PUBLIC_ADMISSION } from './admission';
import { asGraphqlError, completeTail, errorTail, nextTail } from './answers';
import type { Connection } from './connection';
import type { Operation } from './running-operations';
import { canonicalVariables, Documents, keepingOf, operationOf } from './documents';
import { GroupMember } from './group.member';
import { Hub } from './hub';
import type { OperationPayload } from './read-message';

const MAX_OPERATIONS = 50;

/** What has to let an operation pass. */
export type SocketGate = Pick<OperationGate, 'admitOperation' | 'beginOnSocket' | 'check'>;

/** Lets everything pass. */
const OPEN_GATE: SocketGate = {
  admitOperation: () => Promise.resolve(() => undefined),
  beginOnSocket: () => undefined,
  check: () => 1,
};

/** Runs what clients ask for over sockets: queries, mutations, subscriptions of their own and shared ones. */
export class Operations {
  readonly hub = new Hub();
  readonly documents: Documents;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly gate: SocketGate = OPEN_GATE,
  ) {
    this.documents = new Documents(schema);
  }

  /** Begins an operation; its answers go to the connection. */
  begin(connection: Connection, id: string, payload: OperationPayload): Operation {
    try {
      return this.started(connection, id, payload);
    } catch (err) {
      return refused(connection, id, [asGraphqlError(err)]);
    }
  }

  private started(connection: Connection, id: string, payload: OperationPayload): Operation {
    if (connection.operationCount > MAX_OPERATIONS)
      throw new GraphQLError(`at most ${MAX_OPERATIONS} operations at a time on one socket`);
    this.gate.beginOnSocket(connection.address);
    const prepared = this.documents.prepare(payload.query);
    if (!('document' in prepared)) return refused(connection, id, prepared);
    const operation = operationOf(prepared, payload.operationName);
    if (operation === null)
      throw new GraphQLError('the document has no such operation, or more than one and none is named');
    const args = {
      schema: this.schema,
      document: prepared.document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: contextOf(connection),
    } satisfies ExecutionArgs;
    const asked = {
      schema: this.schema,
      document: prepared.document,
      operation,
      variables: payload.variables ?? {},
      text: payload.query,
    };
    const isBrief = operation.operation !== OperationTypeNode.SUBSCRIPTION;
    const own = new OwnOperation(connection, id, isBrief);
    if (isBrief) {
      return own.run(() => this.executed(args, asked));
    }
    this.gate.check(asked, connection.admission?.scope === PUBLIC_ADMISSION.scope);
    const keeping = keepingOf(this.schema, operation);
    if (keeping === null) return own.run(() => subscribe(args));
    const variables = canonicalVariables(operation, payload.variables);
    const name = operation.name?.value ?? '';
    const member = new GroupMember(connection, id);
    const text = `${prepared.number} ${connection.admission?.scope ?? ''} ${name} ${variables}`;
    this.hub.join({ text, keeping }, member, args);
    return member;
  }

  private async executed(
    args: ExecutionArgs & { readonly contextValue: GraphqlContext },
    asked: AskedOperation,
  ): Promise<ExecutionResult> {
    const over = await this.gate.admitOperation(args.contextValue, asked, 0);
    try {
      return await execute(args);
    } finally {
      over();
    }
  }
}

function contextOf(connection: Connection): GraphqlContext {
  const { admission, address } = connection;
  return socketContext(() => (admission ?? PUBLIC_ADMISSION).again(), address, connection);
}

type Outcome = ExecutionResult | AsyncIterableIterator<ExecutionResult>;

/** An operation that nobody shares: it is executed for its client alone, and waits while the client does not read. */
class OwnOperation implements Operation {
  private results: AsyncIterableIterator<ExecutionResult> | null = null;
  private isLeft = false;

  constructor(
    private readonly connection: Connection,
    private readonly id: string,
    readonly isBrief: boolean,
  ) {}

  run(begin: () => Outcome | Promise<Outcome>): this {
    void this.deliver(begin);
    return this;
  }

  leave(): void {
    this.isLeft = true;
    this.results?.return?.().catch(() => undefined);
  }

  private async deliver(begin: () => Outcome | Promise<Outcome>): Promise<void> {
    try {
      const outcome = await begin();
      if (Symbol.asyncIterator in outcome) await this.follow(outcome);
      else this.say(nextTail(outcome, this.connection.requestId));
      this.say(completeTail);
    } catch (err) {
      this.say(errorTail([asGraphqlError(err)], this.connection.requestId));
    }
    if (!this.isLeft) this.connection.forget(this.id);
  }

  private async follow(results: AsyncIterableIterator<ExecutionResult>): Promise<void> {
    this.results = results;
    if (this.isLeft) this.leave();
    for await (const result of results) {
      if (this.isLeft) return;
      this.say(nextTail(result, this.connection.requestId));
      await this.connection.flushed();
    }
  }

  private say(tail: string): void {
    if (!this.isLeft) this.connection.answer(this.id, tail);
  }
}

function refused(connection: Connection, id: string, errors: readonly GraphQLError[]): Operation {
  connection.answer(id, errorTail(errors, connection.requestId));
  connection.forget(id);
  return { leave: () => undefined };
}
