/** What may be done, each including those before it. */
export const SCOPES = ['READ', 'OPERATE', 'ADMIN'] as const;
/** One of `SCOPES`. */
export type Scope = (typeof SCOPES)[number];

/** Whether scopes that are held include one. */
export function includesScope(held: readonly Scope[], wanted: Scope): boolean {
  return held.some((scope) => SCOPES.indexOf(scope) >= SCOPES.indexOf(wanted));
}
