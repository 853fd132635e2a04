import { deviceClock } from '../../../client/src/clock-source';
import { Link } from '../../../client/src/link';
import type { LinkStatus } from '../../../client/src/link';
import type { Sink } from '../../../client/src/following';
import type { Operation } from '../../../client/src/operation';
import { ProblemError } from '../../../client/src/problem';
import { SharedClock } from '../../../client/src/shared-clock';
import { Synchroniser } from '../../../client/src/synchroniser';
import { watchWakeUps } from '../../../client/src/wake-ups';
import { ask } from '../../graphql/ask';
import { csrfHeaders } from './csrf';
import { CreateSubscriptionTokenDocument } from './operations.generated';

/** Who is told about the session and its socket. */
export interface DoorWatcher {
  /** The service does not know the session any more. */
  readonly ended: () => void;
  readonly status: (status: LinkStatus) => void;
}

/**
 * The panel's way to the service while somebody is signed in: requests with the session, and one socket that is opened
 * anew with a token of its own each time.
 */
export class Door {
  readonly shared = new SharedClock(() => deviceClock.monotonic());
  private readonly link: Link;
  private readonly synchroniser: Synchroniser;
  private readonly unwatch: () => void;

  constructor(private readonly watcher: DoorWatcher) {
    this.link = new Link({
      url: location.origin,
      connectionParams: () => this.connectionParams(),
      onStatus: (status) => this.connected(status),
    });
    this.synchroniser = new Synchroniser(this.link, this.shared, deviceClock);
    this.unwatch = watchWakeUps(deviceClock, (what) => {
      if (what === 'slept') this.shared.forget();
      this.link.hurry();
      this.synchroniser.now();
    });
  }

  /** Shared time, epoch ms; the device's own until the shared one is known. */
  now(): number {
    return this.shared.now() ?? Date.now();
  }

  /** Asks with the session. @throws ProblemError */
  async ask<Result, Variables>(
    operation: Operation<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    try {
      return await ask(operation, variables, csrfHeaders(document.cookie));
    } catch (err) {
      if (err instanceof ProblemError && err.problem.code === 'UNAUTHENTICATED') this.watcher.ended();
      throw err;
    }
  }

  /** Follows a subscription over all connections. @returns ends it */
  follow<Result, Variables extends Record<string, unknown>>(
    operation: Operation<Result, Variables>,
    variables: Variables,
    sink: Sink<Result>,
  ): () => void {
    return this.link.follow(operation, variables, sink);
  }

  /** Leaves. */
  close(): void {
    this.unwatch();
    this.synchroniser.stop();
    this.link.close();
  }

  private async connectionParams(): Promise<Record<string, unknown>> {
    const { createSubscriptionToken } = await this.ask(CreateSubscriptionTokenDocument, {});
    return { authorization: `Bearer ${createSubscriptionToken.token}` };
  }

  private connected(status: LinkStatus): void {
    this.watcher.status(status);
    if (status === 'live') this.synchroniser.start();
  }
}
