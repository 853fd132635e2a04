import type { Secret } from '../../config/secret';

const ANSWER_WITHIN_MS = 1_000;

/** How our own receiver answered at its public address. */
export interface ProbeResult {
  readonly isOk: boolean;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  readonly durationMs: number;
  /** For people; names no secret. */
  readonly message: string;
}

/**
 * Sends an empty body to our public address as the provider would: it goes the whole way to the receiver and into
 * Redis, costs no credits, and must be answered 200 within the second that the provider waits.
 */
export async function probeWebhook(url: string, secret: Secret, signal?: AbortSignal): Promise<ProbeResult> {
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const took = (): number => Math.round(performance.now() - startedAt);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: secret.reveal() },
      body: '[]',
      // the provider follows none either, and a redirect would take the secret elsewhere
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    await response.body?.cancel();
    const { status } = response;
    const message = status === 200 ? 'answered in time' : `answered with HTTP ${status}`;
    return { isOk: status === 200, status, durationMs: took(), message };
  } catch {
    signal?.throwIfAborted();
    const message = timeout.aborted ? 'did not answer within a second' : 'could not be reached';
    return { isOk: false, status: null, durationMs: took(), message };
  }
}
