import { SentinelConnector } from 'ioredis';
import type { SentinelConnectionOptions } from 'ioredis';
import { goneSocket } from './gone-socket';

type Emit = Parameters<SentinelConnector['connect']>[0];
type Stream = Awaited<ReturnType<SentinelConnector['connect']>>;

/**
 * Asks sentinels where to connect to. A failure counts as a connection that broke, so that the client tries again:
 * what ioredis' own connector throws, as when a fail-over is told in the middle of connecting, ends a client for ever.
 */
export class PatientSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    if (!hasSentinels(options)) throw new TypeError('no sentinels are named');
    super(options);
  }

  override async connect(emit: Emit): Promise<Stream> {
    try {
      return await super.connect(emit);
    } catch (err) {
      this.firstError = err instanceof Error ? err : new Error('no sentinel answers');
      return goneSocket();
    }
  }
}

function hasSentinels(options: unknown): options is SentinelConnectionOptions {
  return typeof options === 'object' && options !== null && 'sentinels' in options;
}
