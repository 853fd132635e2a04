import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { Inject } from '@nestjs/common';
import { Counter } from 'prom-client';
import { signals } from '../metrics/domain/signals';
import { MetricsService } from '../metrics/metrics.service';
import type { GraphqlContext } from './context';

/** Counts GraphQL operations over HTTP by type and outcome; a surprise counts as our own fault. */
@Plugin()
export class OperationMeter implements ApolloServerPlugin<GraphqlContext> {
  private readonly operations: Counter<'type' | 'outcome'>;

  constructor(@Inject(MetricsService) { registry }: MetricsService) {
    this.operations = new Counter({
      name: 'graphql_operations_total',
      help: 'GraphQL operations over HTTP, by type and outcome: ok, or the code of the first error.',
      labelNames: ['type', 'outcome'],
      registers: [registry],
    });
  }

  requestDidStart(): Promise<GraphQLRequestListener<GraphqlContext>> {
    return Promise.resolve({
      willSendResponse: ({ response, operation }) => {
        const { body } = response;
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        const code = errors?.[0]?.extensions?.['code'];
        const outcome = errors === undefined ? 'ok' : typeof code === 'string' ? code : 'INTERNAL';
        this.operations.inc({ type: operation?.operation ?? 'none', outcome });
        signals.answered.tell({ kind: 'graphql', isOwnFault: outcome === 'INTERNAL' });
        return Promise.resolve();
      },
    });
  }
}
