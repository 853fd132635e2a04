import type { Spending } from './limits.service';

/**
 * How much of which quota is left, as headers; a refusal has `Retry-After` beside. Of several quotas that one request
 * has spent of, each is an item of the lists.
 *
 * @see draft-ietf-httpapi-ratelimit-headers-11
 */
export function rateLimitHeaders(spendings: readonly Spending[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  if (spendings.length === 0) return headers;
  const policies = spendings.map(
    ({ kind, quota }) => `"${kind}";q=${quota.limit};w=${seconds(quota.windowMs)}`,
  );
  const states = spendings.map(
    ({ kind, quota, verdict }) =>
      `"${kind}";r=${Math.max(0, quota.limit - verdict.spent)};t=${seconds(verdict.waitMs)}`,
  );
  headers.set('RateLimit-Policy', policies.join(', '));
  headers.set('RateLimit', states.join(', '));
  const waits = spendings.filter(({ verdict }) => !verdict.isAllowed).map(({ verdict }) => verdict.waitMs);
  if (waits.length > 0) headers.set('Retry-After', String(seconds(Math.max(...waits))));
  return headers;
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
