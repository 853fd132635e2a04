import type { Client } from 'graphql-ws';
import { backoffMs, Pause } from './backoff';
import { lostConnection, problemOf } from './problem';
import type { Problem } from './problem';

/** What a subscription brings. */
export interface Sink<Result> {
  readonly next: (result: Result) => void;
  /** It was refused, or broke off; it is tried again. Null: it works again. */
  readonly problem?: (problem: Problem | null) => void;
}

/** What is asked of the server. */
export interface Request {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const NOT_FOUND_RETRY_MS = 15_000;

/** One subscription that begins again for ever when it was refused or broke off; lost connections are the client's business. */
export class Following<Result> {
  private readonly pause = new Pause();
  private leave: () => void = () => undefined;
  private isOver = false;
  private failures = 0;

  constructor(
    private readonly client: Pick<Client, 'subscribe'>,
    private readonly request: Request,
    private readonly sink: Sink<Result>,
  ) {
    this.begin();
  }

  /** Leaves; nothing more is told. */
  end(): void {
    this.isOver = true;
    this.pause.cutShort();
    this.leave();
  }

  private begin(): void {
    if (this.isOver) return;
    let problem = lostConnection('the subscription was ended');
    this.leave = this.client.subscribe<Result>(this.request, {
      next: ({ data, errors }) => {
        if (errors !== undefined) problem = problemOf(errors);
        else if (data !== undefined && data !== null) this.take(data);
      },
      error: (err) => void this.again(problemOf(err)),
      complete: () => void this.again(problem),
    });
  }

  private take(data: Result): void {
    if (this.isOver) return;
    this.failures = 0;
    this.sink.problem?.(null);
    this.sink.next(data);
  }

  private async again(problem: Problem): Promise<void> {
    if (this.isOver) return;
    this.sink.problem?.(problem);
    const atLeast = problem.code === 'NOT_FOUND' ? NOT_FOUND_RETRY_MS : (problem.retryAfterMs ?? 0);
    await this.pause.wait(atLeast + backoffMs(this.failures));
    this.failures += 1;
    this.begin();
  }
}
