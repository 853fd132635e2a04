import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import type { Connection } from '../../history/domain/page';
import { Round } from './round.type';
import { TimerEvent } from './timer-event.type';
import { Trade } from './trade.type';

/** GraphQL's `PageInfo` of the Relay cursor connection specification. */
@ObjectType({
  description: 'Where a page lies in its list, as in the Relay cursor connection specification.',
})
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows (older rows).' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Whether more lies before (newer rows).' })
  readonly hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first edge; null where the page is empty.',
  })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last edge; null where the page is empty.',
  })
  readonly endCursor: string | null;
}

/** One row of a trade list. */
@ObjectType({ description: 'A trade with its place in the list.' })
export class TradeEdge {
  @Field(() => String, { description: 'Opaque; stays valid while rows are added.' })
  readonly cursor: string;

  @Field(() => Trade, { description: 'The trade.' })
  readonly node: Trade;
}

/** A page of trades. */
@ObjectType({ description: 'A page of trades, newest first.' })
export class TradeConnection {
  @Field(() => [TradeEdge], { description: 'Rows with their cursors.' })
  readonly edges: TradeEdge[];

  @Field(() => [Trade], { description: 'The same rows without cursors.' })
  readonly nodes: Trade[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo: PageInfo;
}

/** One row of an event list. */
@ObjectType({ description: 'An event with its place in the list.' })
export class TimerEventEdge {
  @Field(() => String, { description: 'Opaque; stays valid while rows are added.' })
  readonly cursor: string;

  @Field(() => TimerEvent, { description: 'The event.' })
  readonly node: TimerEvent;
}

/** A page of events. */
@ObjectType({ description: 'A page of events, newest first.' })
export class TimerEventConnection {
  @Field(() => [TimerEventEdge], { description: 'Rows with their cursors.' })
  readonly edges: TimerEventEdge[];

  @Field(() => [TimerEvent], { description: 'The same rows without cursors.' })
  readonly nodes: TimerEvent[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo: PageInfo;
}

/** One row of a round list. */
@ObjectType({ description: 'A round with its place in the list.' })
export class RoundEdge {
  @Field(() => String, { description: 'Opaque; stays valid while rows are added.' })
  readonly cursor: string;

  @Field(() => Round, { description: 'The round.' })
  readonly node: Round;
}

/** A page of rounds. */
@ObjectType({ description: 'A page of rounds, newest first.' })
export class RoundConnection {
  @Field(() => [RoundEdge], { description: 'Rows with their cursors.' })
  readonly edges: RoundEdge[];

  @Field(() => [Round], { description: 'The same rows without cursors.' })
  readonly nodes: Round[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo: PageInfo;
}

/** The four arguments of a page; without any, the first 50. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'How many from the newest on, 0 to 500; default 50.' })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what follows this cursor (older).' })
  readonly after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many from the oldest on, 0 to 500; not together with first.',
  })
  readonly last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what lies before this cursor (newer).' })
  readonly before?: string | null;
}

/** A page in its GraphQL form. */
export interface PagePicture<Node> {
  readonly edges: { readonly cursor: string; readonly node: Node }[];
  readonly nodes: Node[];
  readonly pageInfo: Connection<Node>['pageInfo'];
}

/** The GraphQL form of a page whose nodes `map` makes public. */
export function connectionOf<From, To>(page: Connection<From>, map: (node: From) => To): PagePicture<To> {
  const edges = page.edges.map(({ cursor, node }) => ({ cursor, node: map(node) }));
  return { edges, nodes: edges.map(({ node }) => node), pageInfo: page.pageInfo };
}
