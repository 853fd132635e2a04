import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ProblemError } from '../../client/src/problem';
import { ask } from '../graphql/ask';
import { Refusal } from '../graphql/refusal';
import { Brand } from './brand';
import { SignInDocument } from './door/operations.generated';
import { SecretField } from './parts/field';
import { Form } from './parts/form';
import { ThemeButton } from './theme';

const UNKNOWN =
  'this secret is not known. Outside production it is printed at the first start; after ten wrong attempts you have to wait';

/** Asks for the secret, and opens a session with it. */
export function SignIn(props: { readonly words: string | null; readonly onDone: () => void }): VNode {
  const [secret, setSecret] = useState('');
  return (
    <main class="sign-in">
      <div class="card">
        <header>
          <Brand />
          <ThemeButton />
        </header>
        <h1>Sign in</h1>
        {props.words === null ? null : <p class="note">{props.words}</p>}
        <Form verb="Sign in" act={() => signIn(secret)} onDone={props.onDone}>
          {() => (
            <SecretField
              label="Secret"
              hint="The value of ADMIN_SECRET, or an API key."
              value={secret}
              onValue={setSecret}
              maxLength={512}
              isRequired
              isFirst
            />
          )}
        </Form>
        <p class="quiet">
          The session lasts twelve hours. Every change is kept in the audit log.{' '}
          <a href="/">To the countdown</a>
        </p>
      </div>
    </main>
  );
}

/** @throws Refusal that says what a wrong secret means */
async function signIn(secret: string): Promise<void> {
  try {
    await ask(SignInDocument, { secret });
  } catch (err) {
    if (!(err instanceof ProblemError) || err.problem.code !== 'UNAUTHENTICATED') throw err;
    throw new Refusal({ ...err.problem, code: 'BAD_USER_INPUT', message: UNKNOWN });
  }
}
