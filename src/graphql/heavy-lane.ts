import { PublicError } from '../platform/public-error';

/** So many of one client wait at most. */
const MOST_OF_A_CLIENT = 4;
/** So many wait at most in all: more could not be served in time anyway. */
const MOST = 200;

interface Waiting {
  readonly enter: () => void;
}

/**
 * Lets large operations of an instance run one after the other, and clients take turns: whoever asks for much waits for
 * others who do, and nobody else waits for them.
 */
export class HeavyLane {
  private isTaken = false;
  private waitingCount = 0;
  /** Who waits, by client, the client whose turn is next first. */
  private readonly queues = new Map<string, Waiting[]>();

  /**
   * Waits for a turn.
   *
   * @param withinMs - longest wait
   * @returns what ends the turn; safe to repeat
   * @throws PublicError RATE_LIMITED where a client has four waiting already; SERVICE_UNAVAILABLE where no turn came in time
   */
  async enter(client: string, withinMs: number): Promise<() => void> {
    if (this.isTaken) await this.turnOf(client, withinMs);
    this.isTaken = true;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.next();
    };
  }

  private async turnOf(client: string, withinMs: number): Promise<void> {
    const queue = this.queues.get(client) ?? [];
    if (queue.length >= MOST_OF_A_CLIENT) {
      const message = `${MOST_OF_A_CLIENT} large operations of this client wait already; ask for less, or one after the other`;
      throw new PublicError('RATE_LIMITED', message, { retryAfterMs: 1_000 });
    }
    if (this.waitingCount >= MOST) throw busy();
    this.queues.set(client, queue);
    this.waitingCount += 1;
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        enter: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.leave(client, waiting);
        reject(busy());
      }, withinMs);
      queue.push(waiting);
    });
  }

  /** Whose turn it is keeps the lane taken. */
  private next(): void {
    const [first] = this.queues;
    if (first === undefined) {
      this.isTaken = false;
      return;
    }
    const [client, queue] = first;
    const waiting = queue.shift();
    this.queues.delete(client);
    // the client's other operations wait behind those of everybody else
    if (queue.length > 0) this.queues.set(client, queue);
    this.waitingCount -= 1;
    waiting?.enter();
  }

  private leave(client: string, waiting: Waiting): void {
    const rest = (this.queues.get(client) ?? []).filter((one) => one !== waiting);
    if (rest.length === 0) this.queues.delete(client);
    else this.queues.set(client, rest);
    this.waitingCount -= 1;
  }
}

function busy(): PublicError {
  const message = 'Too many large operations wait; ask for less, or later.';
  return new PublicError('SERVICE_UNAVAILABLE', message, { retryAfterMs: 1_000 });
}
