import { setTimeout as delay } from 'node:timers/promises';

/** How a check came out, and the sentence that says it. */
export interface Outcome {
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found; never a secret. */
  readonly found: string;
  /** What to do about it; null where nothing is to be done. */
  readonly todo: string | null;
}

/** One line of an operator's command. */
export interface Check {
  readonly name: string;
  /** May throw: that is a failure with the reason of the error. */
  readonly run: () => Promise<Outcome>;
  /** What to do where it throws or does not answer. */
  readonly todo: string;
}

const CHECK_WITHIN_MS = 20_000;
const NAME_WIDTH = 18;

/** All is as it should be. */
export function fine(found: string): Outcome {
  return { status: 'ok', found, todo: null };
}

/** Something has to be done before people are let in. */
export function failed(found: string, todo: string): Outcome {
  return { status: 'failed', found, todo };
}

/** It works, and an operator should know. */
export function warned(found: string, todo: string): Outcome {
  return { status: 'warning', found, todo };
}

/** Nothing was looked at, and why. */
export function skipped(found: string): Outcome {
  return { status: 'skipped', found, todo: null };
}

/**
 * Runs checks in their order, one line each.
 *
 * @param skip - names that are not run; an unknown one is told as a failure
 * @returns 0 where none failed, else 1
 */
export async function runChecks(
  checks: readonly Check[],
  skip: readonly string[],
  write: (line: string) => void,
): Promise<0 | 1> {
  const unknown = skip.filter((name) => !checks.some((check) => check.name === name));
  let failures = 0;
  for (const name of unknown) {
    const names = checks.map((check) => check.name).join(', ');
    failures += tell(write, name, failed('is no check', `skip only ${names}`));
  }
  for (const check of checks) {
    const outcome = skip.includes(check.name) ? skipped('as asked') : await runOne(check);
    failures += tell(write, check.name, outcome);
  }
  return failures === 0 ? 0 : 1;
}

/** Why something failed, in words that hold no secret: the driver's code where it has one. */
export function reasonOf(err: unknown): string {
  const [inner] = chainOf(err).reverse();
  if (inner === undefined) return 'it failed';
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : null;
  // Postgres says it in a sentence, Redis in its first word
  if ('severity' in inner) return inner.message;
  if (inner.name === 'ReplyError') return inner.message.split(' ')[0] ?? inner.name;
  return code ?? (inner.name === 'Error' ? inner.message.slice(0, 120) : inner.name);
}

function chainOf(err: unknown): Error[] {
  const [first] = err instanceof AggregateError ? err.errors.filter(isError) : [];
  if (first !== undefined) return chainOf(first);
  return err instanceof Error ? [err, ...chainOf(err.cause)] : [];
}

function isError(err: unknown): err is Error {
  return err instanceof Error;
}

async function runOne({ run, todo }: Check): Promise<Outcome> {
  const controller = new AbortController();
  const late = delay(CHECK_WITHIN_MS, failed('no answer in time', todo), { signal: controller.signal }).catch(
    () => failed('broken off', todo),
  );
  try {
    return await Promise.race([run(), late]);
  } catch (err) {
    return failed(reasonOf(err), todo);
  } finally {
    controller.abort();
  }
}

function tell(write: (line: string) => void, name: string, { status, found, todo }: Outcome): 0 | 1 {
  const word = status === 'failed' ? 'FAILED' : status;
  const rest = todo === null ? '' : `. Do: ${todo}`;
  write(`${word.padEnd(8)} ${name.padEnd(NAME_WIDTH)} ${found}${rest}`);
  return status === 'failed' ? 1 : 0;
}
