import type { Problem } from '../../../client/src/problem';
import { durationText } from '../../timer/words';

/** What happened, and what to do about it. */
export interface Advice {
  readonly title: string;
  readonly what: string;
}

const ADVICE: Readonly<Record<string, Advice>> = {
  CONNECTION: {
    title: 'No answer',
    what: 'Whether anything has changed is not known. Look at the present state, then try again.',
  },
  UNAUTHENTICATED: { title: 'Signed out', what: 'The session has ended. Sign in again.' },
  FORBIDDEN: {
    title: 'Not allowed',
    what: 'Nothing has changed. Sign in with a key that has the scope, or from the address of this service.',
  },
  NOT_FOUND: { title: 'Not there', what: 'It may have been deleted. Load the view again.' },
  CONFLICT: {
    title: 'Not now',
    what: 'Nothing has changed: it is not in the state that this was meant for. Look at how it stands, then decide again.',
  },
  SERVICE_UNAVAILABLE: {
    title: 'A server is away',
    what: 'Nothing has changed. Look at Redis, Postgres and the endpoints in the overview, and try again when they are back.',
  },
  BAD_USER_INPUT: {
    title: 'Please correct',
    what: 'Nothing has changed. Correct what is marked and send it again.',
  },
  INTERNAL: {
    title: 'Something went wrong',
    what: 'Look for the time of this request in the log of the service; if it comes again, report it.',
  },
};

/** What an administrator does about a refusal. */
export function adviceFor({ code, retryAfterMs }: Problem): Advice {
  if (code === 'RATE_LIMITED') {
    const when = retryAfterMs === null ? 'in a while' : `in ${durationText(Math.max(1_000, retryAfterMs))}`;
    return { title: 'Too often', what: `Nothing has changed. Try again ${when}.` };
  }
  return ADVICE[code] ?? { title: code, what: 'Nothing is known about this refusal; see docs/errors.md.' };
}
