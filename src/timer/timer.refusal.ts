/** Why an admin's act was not accepted; nothing has changed. */
export interface Refusal {
  readonly refusal: 'CONFLICT' | 'NOT_FOUND' | 'SERVICE_UNAVAILABLE';
  /** For people: names what is wrong. */
  readonly message: string;
}

/** Makes a refusal. */
export function refusal(kind: Refusal['refusal'], message: string): Refusal {
  return { refusal: kind, message };
}

/** Whether an admin's act was refused. */
export function isRefusal<Outcome extends object>(outcome: Outcome | Refusal): outcome is Refusal {
  return 'refusal' in outcome;
}
