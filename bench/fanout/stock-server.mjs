/*
 * Subscriptions as the documentation of Nest, Apollo and graphql-redis-subscriptions shows them: a resolver that returns
 * the async iterator of the PubSub, and nothing else. Kept here only to be measured.
 */
import 'reflect-metadata';
import { ApolloDriver } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';

const typeDefs = `
  enum TimerStatus { RUNNING PAUSED SETTLING EXPIRED }
  enum TradeSide { BUY SELL }
  enum TradeSource { POLLING WEBHOOK WEBSOCKET BACKFILL }
  type Timer {
    id: ID! tokenAddress: String! status: TimerStatus! round: Int! epoch: Int! revision: Int! durationMs: Int!
    startedAt: Float! deadline: Float remainingMs: Int! serverTime: Float! waitingTrades: Int! viewers: Int! stale: Boolean!
  }
  type Trade {
    signature: String! index: Int! slot: Float! blockTime: Float! detectedAt: Float! side: TradeSide! amount: String!
    trader: String! price: String program: String! source: TradeSource! movedDeadline: Boolean!
  }
  type Query { clock: Float! }
  type Subscription { timerUpdated: Timer! tradeDetected: Trade! }
`;

const url = process.env.REDIS_URL;
const pubSub = new RedisPubSub({ publisher: new Redis(url), subscriber: new Redis(url) });

/** Decorators by hand, since this file is not compiled. */
function decorate(type, methods) {
  for (const [name, decorator] of Object.entries(methods)) {
    decorator(type.prototype, name, Object.getOwnPropertyDescriptor(type.prototype, name));
  }
  Resolver()(type);
  return type;
}

class TimerResolver {
  clock() {
    return Date.now();
  }
  timerUpdated() {
    return pubSub.asyncIterator('timerUpdated');
  }
  tradeDetected() {
    return pubSub.asyncIterator('tradeDetected');
  }
}
decorate(TimerResolver, {
  clock: Query('clock'),
  timerUpdated: Subscription('timerUpdated'),
  tradeDetected: Subscription('tradeDetected'),
});

class StockModule {}
Module({
  imports: [GraphQLModule.forRoot({ driver: ApolloDriver, typeDefs, subscriptions: { 'graphql-ws': true } })],
  providers: [TimerResolver],
})(StockModule);

const app = await NestFactory.create(StockModule, { logger: false });
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
console.error(`ready ${new URL(await app.getUrl()).port}`);
