import { createHash } from 'node:crypto';
import type { INestApplication, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { createClient } from 'graphql-ws';
import type { Client, FormattedExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ConfigModule } from '../../src/config/config.module';
import { parseEnv } from '../../src/config/env';
import { GraphqlApiModule } from '../../src/graphql/graphql.module';
import { HealthModule } from '../../src/health/health.module';
import { HttpModule } from '../../src/http/http.module';
import { MetricsModule } from '../../src/metrics/metrics.module';
import { LimitsModule } from '../../src/platform/limits/limits.module';
import { NestLogger } from '../../src/platform/logging/logger';
import { PlatformModule } from '../../src/platform/platform.module';
import { SharedClock } from '../../src/platform/redis/shared-clock';
import { encodeBase58 } from '../../src/solana/domain/base58';
import { CHAIN_OFF } from '../../src/solana/domain/chain-target';
import type { ChainTarget } from '../../src/solana/domain/chain-target';
import { SettingsModule } from '../../src/settings/settings.module';
import { SolanaModule } from '../../src/solana/solana.module';
import type { Trade } from '../../src/timer/domain/trade';
import { ViewersService } from '../../src/timer/live/viewers';
import { TimerService } from '../../src/timer/timer.service';
import { silentLog } from './silent-log';
import { tradeAt } from './timer-lab';

/** The admin secret of rigs. */
export const ADMIN_SECRET = 'secret-of-the-tests';

/** An answer of GraphQL over HTTP, read loosely. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Record<string, never> | null;
  readonly errors: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

/** One subscription of a test. */
export interface TestSubscription {
  /** The next result. @throws when the subscription has ended */
  next(): Promise<FormattedExecutionResult<Record<string, Record<string, unknown>>, unknown>>;
  leave(): Promise<void>;
}

/** One instance that serves GraphQL, HTTP and health on a loopback port; without the role `watcher` it reads no chain. */
export class ApiRig implements AsyncDisposable {
  private readonly clients: Client[] = [];

  private constructor(
    private readonly app: INestApplication,
    /** `127.0.0.1:<port>` */
    readonly host: string,
  ) {}

  /**
   * @param environment - at least REDIS_URL, DATABASE_URL and REDIS_KEY_PREFIX; PORT where it must be known before
   * @param heliusBaseUrl - where webhooks are kept; null: nowhere
   * @param chain - without the role `watcher` asked only by what an admin asks for
   * @param adjust - puts other providers in the place of the usual ones
   */
  static async start(
    environment: Readonly<Record<string, string>>,
    heliusBaseUrl: string | null = null,
    chain: ChainTarget = CHAIN_OFF,
    adjust: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
  ): Promise<ApiRig> {
    const { env } = parseEnv({
      NODE_ENV: 'test',
      ROLES: 'api,historian',
      ADMIN_SECRET,
      RATE_LIMITING_ENABLED: 'false',
      CHAIN_READING_ENABLED: 'false',
      PORT: '0',
      ...environment,
    });
    const solana = SolanaModule.forRoot(chain, heliusBaseUrl);
    const builder = Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(env),
        PlatformModule,
        LimitsModule.forRoot(SettingsModule),
        MetricsModule,
        solana,
        GraphqlApiModule.forRoot(solana),
        HttpModule,
        HealthModule.forRoot(solana),
      ],
    });
    const testing = await adjust(builder).compile();
    testing.useLogger(new NestLogger(silentLog));
    const app = testing.createNestApplication();
    app.useLogger(new NestLogger(silentLog));
    try {
      await app.listen(env.port, '127.0.0.1');
    } catch (err) {
      await app.close();
      throw err;
    }
    return new ApiRig(app, new URL(await app.getUrl()).host);
  }

  get timers(): TimerService {
    return this.app.get(TimerService);
  }

  /** One of the instance's own parts. */
  part<Part>(type: Type<Part>): Part {
    return this.app.get(type, { strict: false });
  }

  /** Tells the other instances how many subscribers this one has, and learns theirs, now. */
  async tellViewers(): Promise<void> {
    await this.app.get(ViewersService).tell();
  }

  /**
   * A trade that counts for every timer made so far, and moves its deadline: block times are whole seconds, so the
   * next one is taken. Its signature is well-formed; `number` makes it its own.
   */
  trade(number: number, differences: Partial<Trade> = {}): Trade {
    const thisSecondMs = Math.floor(this.app.get(SharedClock).now() / 1000) * 1000;
    const bytes = (name: string): Buffer => createHash('sha512').update(`${name} ${number}`).digest();
    return tradeAt(0, {
      slot: 1_000_000 + number,
      signature: encodeBase58(bytes('signature')),
      trader: encodeBase58(bytes('trader').subarray(0, 32)),
      blockTimeMs: thisSecondMs + 1_000,
      detectedAtMs: thisSecondMs,
      ...differences,
    });
  }

  /** Fetches a path. */
  async get(path: string, init: RequestInit = {}): Promise<Response> {
    return await fetch(`http://${this.host}${path}`, init);
  }

  /** Sends an operation over HTTP; `admin` with the secret. */
  async graphql(
    query: string,
    options: { variables?: unknown; bearer?: string } = {},
  ): Promise<GraphqlAnswer> {
    const { variables, bearer } = options;
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`;
    const response = await this.get('/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const body: Partial<GraphqlAnswer> = JSON.parse(await response.text());
    return {
      status: response.status,
      headers: response.headers,
      data: body.data ?? null,
      errors: body.errors ?? [],
    };
  }

  /** Subscribes over a socket of its own. */
  subscribe(query: string): TestSubscription {
    const client = createClient({
      url: `ws://${this.host}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    this.clients.push(client);
    const results = client.iterate<Record<string, Record<string, unknown>>>({ query });
    return {
      next: async () => {
        const { value, done } = await results.next();
        if (done === true) throw new Error('the subscription has ended');
        return value;
      },
      leave: async () => {
        await results.return?.();
      },
    };
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.dispose();
    await this.app.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
