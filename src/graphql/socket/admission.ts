import type { ActingCaller } from '../../admin/domain/caller';
import type { CloseCode } from './frames';

/** What a connection was let in as. */
export interface Admission {
  /** Of the caller's rights: what is shared is shared within one scope. */
  readonly scope: string;
  /** Who it is as of now; null: the public. @throws PublicError where the key or session has ended */
  again(): Promise<ActingCaller | null>;
  /** Calls `end` once when the key or session has ended; the result ends the watch. */
  watch(end: () => void): () => void;
}

/** Why a connection was not let in. */
export interface AdmissionRefusal {
  readonly code: CloseCode;
  readonly reason: string;
}

const watchNothing = (): void => undefined;

/** Everybody. */
export const PUBLIC_ADMISSION: Admission = {
  scope: 'public',
  again: () => Promise.resolve(null),
  watch: () => watchNothing,
};
