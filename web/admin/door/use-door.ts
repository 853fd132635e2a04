import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Operation } from '../../../client/src/operation';
import { lostConnection, ProblemError } from '../../../client/src/problem';
import type { LinkStatus } from '../../../client/src/link';
import { Refusal } from '../../graphql/refusal';
import type { Door } from './door';
import type { CallerQuery } from './operations.generated';
import { includesScope } from './scopes';
import type { Scope } from './scopes';

/** What every view needs of the panel around it. */
export interface Around {
  readonly door: Door;
  readonly caller: CallerQuery['caller'];
  readonly status: LinkStatus;
  /** Tells what was done, in the corner. */
  readonly tell: (text: string) => void;
}

/** Given by the panel once somebody is signed in. */
export const AroundContext = createContext<Around | null>(null);

/** @throws Error outside of the panel */
export function useAround(): Around {
  const around = useContext(AroundContext);
  if (around === null) throw new Error('outside of the panel');
  return around;
}

/** Whether the caller may do what needs a scope. */
export function useMay(scope: Scope): boolean {
  const { caller } = useAround();
  return includesScope(caller.scopes, scope);
}

/** An answer as a view has it. */
export interface Asked<Result> {
  /** The last one, kept while it is asked again; null before the first. */
  readonly data: Result | null;
  readonly refusal: Refusal | null;
  readonly isAsking: boolean;
  readonly again: () => void;
}

/**
 * Asks when the view appears, when the variables change, and whenever `again` is called.
 *
 * @param moment - asks again when it changes, such as a version that was told elsewhere
 */
export function useAsked<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  moment: unknown = null,
): Asked<Result> {
  const { door } = useAround();
  const [known, setKnown] = useState<Omit<Asked<Result>, 'again'>>({
    data: null,
    refusal: null,
    isAsking: true,
  });
  const [count, setCount] = useState(0);
  const key = JSON.stringify(variables);
  useEffect(() => {
    let isGone = false;
    setKnown((before) => ({ ...before, isAsking: true }));
    door.ask(operation, variables).then(
      (data) => isGone || setKnown({ data, refusal: null, isAsking: false }),
      (err: unknown) =>
        isGone || setKnown((before) => ({ ...before, refusal: refusalOf(err), isAsking: false })),
    );
    return () => {
      isGone = true;
    };
  }, [door, operation, key, count, moment]);
  const again = useCallback(() => setCount((before) => before + 1), []);
  return { ...known, again };
}

/** The newest result of a subscription; null before the first. */
export function useFollowed<Result, Variables extends Record<string, unknown>>(
  operation: Operation<Result, Variables>,
  variables: Variables,
): Result | null {
  const [result, setResult] = useState<Result | null>(null);
  useTold(operation, variables, setResult);
  return result;
}

/** Hands each result of a subscription on. */
export function useTold<Result, Variables extends Record<string, unknown>>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  next: (result: Result) => void,
): void {
  const { door } = useAround();
  const newest = useRef(next);
  newest.current = next;
  const key = JSON.stringify(variables);
  useEffect(
    () => door.follow(operation, variables, { next: (result) => newest.current(result) }),
    [door, operation, key],
  );
}

/** One thing that is done at the press of a button. */
export interface Act {
  readonly isBusy: boolean;
  /** Why it was not done, until it is tried again. */
  readonly refusal: Refusal | null;
  /** Does it. @returns whether it was done */
  readonly run: (act: () => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

/** Keeps what goes with an act: that it is under way, and why it was refused. */
export function useAct(): Act {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const run = useCallback(async (act: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setRefusal(null);
    try {
      await act();
      return true;
    } catch (err) {
      setRefusal(refusalOf(err));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const forget = useCallback(() => setRefusal(null), []);
  return { isBusy, refusal, run, forget };
}

/** Whatever was thrown, as a refusal. */
export function refusalOf(err: unknown): Refusal {
  if (err instanceof Refusal) return err;
  if (err instanceof ProblemError) return new Refusal(err.problem);
  return new Refusal(lostConnection(err instanceof Error ? err.message : 'something went wrong'));
}
