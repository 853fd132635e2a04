import { Expenses } from './expenses';
import type { Quota, Verdict } from './limit-rules';

const MAX_CLIENTS = 10_000;

/** The sliding windows of this instance alone; forgets the client that spent longest ago. */
export class LocalWindow {
  private readonly clients = new Map<string, Expenses>();

  /** @param now - a clock in ms that never falls */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Spends `cost` if it fits. @param elsewhere - what is known to be spent beside */
  spend(client: string, quota: Quota, cost: number, elsewhere = 0): Verdict {
    const nowMs = this.now();
    const expenses = this.clients.get(client) ?? new Expenses();
    const { limit, windowMs } = quota;
    const spent = expenses.spentAt(nowMs, windowMs) + elsewhere;
    const isAllowed = spent + cost <= limit;
    if (isAllowed) {
      expenses.add(nowMs, cost);
      this.remember(client, expenses);
    }
    const excess = isAllowed ? 1 : spent + cost - limit;
    return {
      isAllowed,
      spent: isAllowed ? spent + cost : spent,
      waitMs: expenses.waitFor(excess, nowMs, windowMs),
    };
  }

  /** Notes what was allowed by others than this window, so that it can go on from there. */
  note(client: string, cost: number): void {
    const expenses = this.clients.get(client) ?? new Expenses();
    expenses.add(this.now(), cost);
    this.remember(client, expenses);
  }

  /** What a client has spent here in its window. */
  spentBy(client: string, windowMs: number): number {
    return this.clients.get(client)?.spentAt(this.now(), windowMs) ?? 0;
  }

  private remember(client: string, expenses: Expenses): void {
    this.clients.delete(client);
    this.clients.set(client, expenses);
    for (const oldest of this.clients.keys()) {
      if (this.clients.size <= MAX_CLIENTS) break;
      this.clients.delete(oldest);
    }
  }
}
