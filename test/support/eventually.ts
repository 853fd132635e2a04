import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer satisfies; the wait ends with the answer, not with a guess of time.
 *
 * @throws with the last answer, when none satisfied within the limit
 */
export async function eventually<Answer>(
  ask: () => Promise<Answer> | Answer,
  satisfies: (answer: Answer) => boolean,
  limitMs = 45_000,
): Promise<Answer> {
  const giveUpAt = performance.now() + limitMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (satisfies(answer)) return answer;
      last = answer;
    } catch (err) {
      last = err;
    }
    if (performance.now() > giveUpAt)
      throw new Error(`not within ${limitMs} ms; last seen: ${describeAnswer(last)}`);
    await delay(25);
  }
}

function describeAnswer(answer: unknown): string {
  return answer instanceof Error ? (answer.stack ?? answer.message) : JSON.stringify(answer).slice(0, 2_000);
}
