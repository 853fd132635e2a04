/** What a caller may do: look, run what is there, change what is there. Each includes those before it. */
export const SCOPES = ['read', 'operate', 'admin'] as const;

/** One of `SCOPES`. */
export type Scope = (typeof SCOPES)[number];

/** Whether somebody with `scopes` may do what needs `needed`. */
export function includesScope(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.some((scope) => SCOPES.indexOf(scope) >= SCOPES.indexOf(needed));
}

/** The scopes of texts, weakest first and each once; what is none is left out. */
export function scopesOf(texts: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => texts.includes(scope));
}
