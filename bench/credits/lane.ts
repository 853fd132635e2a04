import type { Reader } from './reader';

/** A way over which transactions are pushed, for the whole day. */
export interface Lane extends AsyncDisposable {
  /** What a leader has of it for its term. */
  term(reader: Reader, fencingToken: number): Promise<LaneTerm>;
}

/** One leader's term. */
export interface LaneTerm {
  /** When the next transaction comes, epoch ms; Infinity: none will. */
  dueAtMs(): number;
  /** What the leader does for the way itself, every few seconds. */
  keep(): Promise<void>;
  /** What comes now. */
  bring(): Promise<void>;
  /** The term is over. */
  end(): Promise<void>;
}
