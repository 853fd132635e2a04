import type { VNode } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { ProblemError } from '../../client/src/problem';
import { ask } from '../graphql/ask';
import { csrfHeaders } from './door/csrf';
import { CallerDocument } from './door/operations.generated';
import type { CallerQuery } from './door/operations.generated';
import { refusalOf } from './door/use-door';
import { RefusalNote } from './parts/refusal-note';
import type { Refusal } from '../graphql/refusal';
import { Shell } from './shell';
import { SignIn } from './sign-in';

type Caller = CallerQuery['caller'];

/** Who is there; null: nobody, and what is said about that. */
type Session =
  | { readonly kind: 'looking' }
  | { readonly kind: 'nobody'; readonly words: string | null }
  | { readonly kind: 'failed'; readonly refusal: Refusal }
  | { readonly kind: 'somebody'; readonly caller: Caller };

const ENDED: Session = { kind: 'nobody', words: 'The session has ended. Sign in again to go on.' };

/** The admin panel: a door, and what is behind it. */
export function AdminPanel(): VNode {
  const [session, setSession] = useState<Session>({ kind: 'looking' });
  const look = useCallback(() => void findSession().then(setSession), []);
  useEffect(look, []);
  const ended = useCallback(
    // who has signed out is told by the socket too that the session is over
    () => setSession((before) => (before.kind === 'somebody' ? ENDED : before)),
    [],
  );
  switch (session.kind) {
    case 'looking':
      return <main class="sign-in" aria-busy="true" />;
    case 'nobody':
      return <SignIn words={session.words} onDone={look} />;
    case 'failed':
      return (
        <main class="sign-in">
          <div class="card">
            <h1>Darwin Timer admin</h1>
            <RefusalNote refusal={session.refusal} again={look} />
          </div>
        </main>
      );
    case 'somebody':
      return (
        <Shell
          caller={session.caller}
          onEnded={ended}
          onSignedOut={() => setSession({ kind: 'nobody', words: 'You have signed out.' })}
        />
      );
  }
}

async function findSession(): Promise<Session> {
  const headers = csrfHeaders(document.cookie);
  if (Object.keys(headers).length === 0) return { kind: 'nobody', words: null };
  try {
    return { kind: 'somebody', caller: (await ask(CallerDocument, {}, headers)).caller };
  } catch (err) {
    if (err instanceof ProblemError && err.problem.code === 'UNAUTHENTICATED')
      return { kind: 'nobody', words: null };
    return { kind: 'failed', refusal: refusalOf(err) };
  }
}
