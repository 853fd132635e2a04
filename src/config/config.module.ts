import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Env } from './env';

/** The parsed environment, `Env`. */
export const ENV = Symbol('ENV');

/** Makes the environment known to every room. */
@Module({})
export class ConfigModule {
  /** @param env - parsed once by the boot */
  static forRoot(env: Env): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: ENV, useValue: env }],
      exports: [ENV],
    };
  }
}
