import { creditsOf, pricesAt } from '../domain/credits';
import { presentPurpose } from '../purpose-of-call';
import type { CallPurpose } from '../purpose-of-call';

/** Calls of one kind. */
export interface CallCount {
  /** JSON-RPC method, or one of our names for what is billed without a call. */
  readonly method: string;
  /** Safe name of the endpoint. */
  readonly endpoint: string;
  readonly purpose: CallPurpose;
  /** The watched address that was listed; null for every other call. */
  readonly address: string | null;
  readonly calls: number;
  readonly credits: number;
}

/** What a call was made to. */
export interface CallTarget {
  readonly method: string;
  readonly endpoint: string;
  readonly address?: string | null;
}

/** Counts every request that was sent, answered or not: providers bill it either way. */
export class CreditMeter {
  private readonly total = new Map<string, CallCount>();
  private undrained = new Map<string, CallCount>();
  private credits = 0;

  /** @param nowMs - epoch ms; says which prices hold */
  constructor(private readonly nowMs: () => number = () => Date.now()) {}

  /** Counts calls for the purpose of the work that runs now. */
  count({ method, endpoint, address = null }: CallTarget, calls = 1): void {
    const credits = creditsOf(method, calls, pricesAt(this.nowMs()));
    const counted = { method, endpoint, purpose: presentPurpose(), address, calls, credits };
    add(this.total, counted);
    add(this.undrained, counted);
    this.credits += credits;
  }

  /** What was called since the process started. */
  counts(): readonly CallCount[] {
    return [...this.total.values()];
  }

  /** All credits since the process started. */
  get totalCredits(): number {
    return this.credits;
  }

  /** What was called since the last drain. */
  drain(): readonly CallCount[] {
    const drained = [...this.undrained.values()];
    this.undrained = new Map();
    return drained;
  }

  /** Gives back what was drained and could not be kept. */
  giveBack(counts: readonly CallCount[]): void {
    for (const counted of counts) add(this.undrained, counted);
  }
}

function add(counts: Map<string, CallCount>, more: CallCount): void {
  const { method, endpoint, purpose, address } = more;
  const key = [method, endpoint, purpose, address ?? ''].join(' ');
  const before = counts.get(key);
  counts.set(key, {
    ...more,
    calls: (before?.calls ?? 0) + more.calls,
    credits: (before?.credits ?? 0) + more.credits,
  });
}
