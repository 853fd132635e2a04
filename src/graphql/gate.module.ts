import { Module } from '@nestjs/common';
import { SettingsModule } from '../settings/settings.module';
import { OperationGate } from './operation-gate';

/** What stands before GraphQL, over HTTP and over sockets. */
@Module({ imports: [SettingsModule], providers: [OperationGate], exports: [OperationGate] })
export class GateModule {}
