import type { AlertRuleName } from '../../config/alert-rules';

/** Facts for people; never a secret. */
export type SignalFacts = Readonly<Record<string, string | number | boolean | null>>;

/** Something happened that an alert rule counts. */
export interface Incident {
  readonly rule: AlertRuleName;
  readonly context: SignalFacts;
}

/** A commit that was made by this process. */
export interface Committed {
  readonly timerId: string;
  /** Moves of the deadline; `source` and `side` are null where no trade did it. */
  readonly resets: readonly { readonly source: string | null; readonly side: string | null }[];
  /** New trades: how old they were when they were found, and how long it took from then to the commit, s. */
  readonly trades: readonly {
    readonly source: string;
    readonly foundAfterSec: number;
    readonly appliedAfterSec: number;
  }[];
}

/** One word of a room to whoever measures or alerts; the teller knows neither, and nothing it does can fail by them. */
export class Signal<Message> {
  private readonly listeners = new Set<(message: Message) => void>();

  /** Tells everybody who listens; never throws. */
  tell(message: Message): void {
    for (const listener of this.listeners) {
      try {
        listener(message);
      } catch {
        // whoever measures must not disturb what is measured
      }
    }
  }

  /** Calls `listener` from now on; returns how to stop. */
  listen(listener: (message: Message) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

/**
 * What rooms tell, process-wide, so that what is deep inside a room can be measured without a thread through all its
 * constructors. A process holds one application.
 *
 * @see docs/adr/0022-alerts-and-outgoing-webhooks.md
 */
export const signals = {
  incident: new Signal<Incident>(),
  committed: new Signal<Committed>(),
  /** A transaction was judged. */
  judged: new Signal<{ readonly outcome: 'trade' | 'no_trade' | 'pending' | 'insufficient' | 'malformed' }>(),
  /** A source brought something. */
  sourced: new Signal<{ readonly source: string; readonly outcome: 'new' | 'known' | 'failed' }>(),
  /** A JSON-RPC call ended; `code` is the HTTP status, or why there was none. */
  called: new Signal<{ readonly method: string; readonly endpoint: string; readonly code: string }>(),
  /** A change reached this instance, so long after its commit, s. */
  heard: new Signal<{ readonly afterSec: number }>(),
  /** A request was answered. */
  answered: new Signal<{ readonly kind: 'http' | 'graphql'; readonly isOwnFault: boolean }>(),
  /** An HTTP request was answered with this status. */
  served: new Signal<{ readonly url: string; readonly status: number }>(),
  /** A surprise was logged. */
  surprised: new Signal<{ readonly room: string }>(),
};
