import { setTimeout as delay } from 'node:timers/promises';
import { Viewer } from './viewer';
import type { Connections } from './viewer';

/** What is read by cursor after a connection was lost: `trades`, and rounds of `timer0`, `timer1`, … */
type Gap = Readonly<Record<string, { readonly nodes: readonly Found[] }>>;
interface Found {
  readonly id?: string;
  readonly number?: number;
  readonly endedAt?: number | null;
}

const TRADES = 'subscription { tradeDetected { id } }';
const ENDS = 'subscription ($id: ID!) { roundEnded(timerId: $id) { number } }';
/** The history is written a moment after a trade is told: a gap is looked at several times. */
const LOOK_AFTER_MS = [0, 3_000, 7_000];
const TRY_AGAIN_MS = 500;

/** A viewer that also wants every trade and every end of a round, and reads by cursor what it may have missed. */
export class Reader extends Viewer {
  readonly trades = new Set<string>();
  readonly ends = new Set<string>();
  /** Of these, what only the cursor brought. */
  byCursor = 0;
  private looks: Promise<unknown> = Promise.resolve();

  /** @param timerIds - timers whose ends are wanted */
  constructor(
    private readonly url: string,
    connections: Connections,
    private readonly timerIds: readonly string[],
  ) {
    super(url, connections);
    this.follow<{ tradeDetected: { id: string } }>(TRADES, {}, ({ tradeDetected }) => {
      this.trades.add(tradeDetected.id);
    });
    for (const id of timerIds) {
      this.follow<{ roundEnded: { number: number } }>(ENDS, { id }, ({ roundEnded }) => {
        this.ends.add(`${id} ${roundEnded.number}`);
      });
    }
  }

  /** Resolves when the gaps were read. */
  async settled(): Promise<void> {
    await this.looks;
  }

  protected override returned(): void {
    this.looks = Promise.all([this.looks, this.readGap()]);
  }

  private async readGap(): Promise<void> {
    const rounds = this.timerIds.map(
      (id, index) => `timer${index}: rounds(timerId: "${id}", first: 10) { nodes { number endedAt } }`,
    );
    for (const waitMs of LOOK_AFTER_MS) {
      await delay(waitMs);
      const gap = await this.ask(`{ trades(first: 100) { nodes { id } } ${rounds.join(' ')} }`);
      for (const { id } of gap['trades']?.nodes ?? []) this.note(this.trades, id ?? '');
      this.timerIds.forEach((id, index) => {
        for (const { number, endedAt } of gap[`timer${index}`]?.nodes ?? [])
          if (number !== undefined && endedAt !== null) this.note(this.ends, `${id} ${number}`);
      });
    }
  }

  private note(seen: Set<string>, name: string): void {
    if (!seen.has(name)) this.byCursor += 1;
    seen.add(name);
  }

  private async ask(query: string): Promise<Gap> {
    for (;;) {
      const response = await fetch(`${this.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      }).catch(() => null);
      const answer: unknown = response === null ? null : JSON.parse(await response.text());
      if (isAnswered(answer)) return answer.data;
      await delay(TRY_AGAIN_MS);
    }
  }
}

function isAnswered(answer: unknown): answer is { readonly data: Gap } {
  if (typeof answer !== 'object' || answer === null || !('data' in answer)) return false;
  return typeof answer.data === 'object' && answer.data !== null;
}
