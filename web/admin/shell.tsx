import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LinkStatus } from '../../client/src/link';
import { Brand } from './brand';
import { Door } from './door/door';
import { SignOutDocument } from './door/operations.generated';
import type { CallerQuery } from './door/operations.generated';
import { AroundContext, useAct, useAround } from './door/use-door';
import { includesScope, SCOPES } from './door/scopes';
import type { Around } from './door/use-door';
import { Go } from './go';
import { Icon } from './parts/icon';
import { GROUPS, pathOf, placeOf } from './places';
import type { Place, View } from './places';
import { usePath } from './route';
import { HEALTH_TONES, HEALTH_WORDS } from './system/tones';
import { SystemProvider, useSystem } from './system/use-system';
import { ThemeButton } from './theme';
import { useToasts } from './toasts';
import { ViewOf } from './views';

type Caller = CallerQuery['caller'];

const CONNECTIONS: Readonly<Record<LinkStatus, string>> = {
  connecting: 'connecting…',
  live: 'live',
  reconnecting: 'reconnecting… what is shown may be old',
  closed: 'closed',
};

/** What is around every view: the menu, who is signed in, and the connection. */
export function Shell(props: {
  readonly caller: Caller;
  readonly onEnded: () => void;
  readonly onSignedOut: () => void;
}): VNode | null {
  const { caller, onEnded } = props;
  const [status, setStatus] = useState<LinkStatus>('connecting');
  const [toasts, tell] = useToasts();
  const door = useOwnDoor(onEnded, setStatus);
  const around = useMemo<Around | null>(
    () => (door === null ? null : { door, caller, status, tell }),
    [door, caller, status, tell],
  );
  const path = usePath();
  const place = placeOf(path);
  const main = useRef<HTMLElement>(null);
  useMoved(path, place, main);
  if (around === null) return null;
  return (
    <AroundContext.Provider value={around}>
      <a class="skip" href="#main" onClick={() => main.current?.focus()}>
        Skip the menu
      </a>
      <SystemProvider>
        <div class="shell">
          <Menu place={place} caller={caller} path={path} onSignedOut={props.onSignedOut} />
          <main id="main" ref={main} tabIndex={-1}>
            <p class="connection" data-status={status} role="status">
              {CONNECTIONS[status]}
            </p>
            {place === null ? <Nowhere /> : <ViewOf place={place} key={place.view.path} />}
          </main>
        </div>
      </SystemProvider>
      {toasts}
    </AroundContext.Provider>
  );
}

function useOwnDoor(ended: () => void, status: (status: LinkStatus) => void): Door | null {
  const [door, setDoor] = useState<Door | null>(null);
  useEffect(() => {
    const made = new Door({ ended, status });
    setDoor(made);
    return () => made.close();
  }, [ended]);
  return door;
}

/** After a move the title says where one is, and the keyboard goes on from there. */
function useMoved(path: string, place: Place | null, main: { readonly current: HTMLElement | null }): void {
  const before = useRef(path);
  useEffect(() => {
    document.title = `${place?.rest ?? place?.view.title ?? 'Nowhere'} · Darwin Timer admin`;
    if (before.current === path) return;
    before.current = path;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
}

function Nowhere(): VNode {
  return (
    <>
      <h1>There is no such view</h1>
      <p>
        <Go to="/admin">To the overview</Go>
      </p>
    </>
  );
}

function Menu(props: {
  readonly place: Place | null;
  readonly caller: Caller;
  readonly path: string;
  readonly onSignedOut: () => void;
}): VNode {
  const { place, caller, path } = props;
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return (
    <header class="side" data-open={isOpen}>
      <div class="top">
        <Brand />
        <button
          type="button"
          class="round opener"
          aria-expanded={isOpen}
          aria-controls="menu"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'close' : 'menu'} />
          <span class="unseen">Menu</span>
        </button>
      </div>
      <nav id="menu" aria-label="Views">
        {GROUPS.map((group) => (
          <Group key={group.name} group={group} here={place?.view ?? null} caller={caller} />
        ))}
      </nav>
      <Me caller={caller} onSignedOut={props.onSignedOut} />
    </header>
  );
}

function Group(props: {
  readonly group: (typeof GROUPS)[number];
  readonly here: View | null;
  readonly caller: Caller;
}): VNode | null {
  const { name, views } = props.group;
  const seen = views.filter(({ scope }) => includesScope(props.caller.scopes, scope));
  if (seen.length === 0) return null;
  return (
    <section aria-label={name}>
      <p class="group">{name}</p>
      <ul>
        {seen.map((view) => (
          <Entry key={view.path} view={view} isHere={props.here === view} />
        ))}
      </ul>
    </section>
  );
}

/** A view in the menu, with what calls for a look at it. */
function Entry({ view, isHere }: { readonly view: View; readonly isHere: boolean }): VNode {
  const { status, firing } = useSystem();
  return (
    <li>
      <Go to={pathOf(view.path)} isHere={isHere}>
        <Icon name={view.icon} />
        {view.title}
        {view.path === '' && status !== null ? (
          <>
            <span class="dot" data-tone={HEALTH_TONES[status.health]} />
            <span class="unseen">, {HEALTH_WORDS[status.health]}</span>
          </>
        ) : null}
        {view.path === 'alerts' && firing.length > 0 ? (
          <span class="count">
            {firing.length}
            <span class="unseen"> firing</span>
          </span>
        ) : null}
      </Go>
    </li>
  );
}

function Me(props: { readonly caller: Caller; readonly onSignedOut: () => void }): VNode {
  const { door, tell } = useAround();
  const { isBusy, run } = useAct();
  const signOut = async (): Promise<void> => {
    if (await run(() => door.ask(SignOutDocument, {}))) props.onSignedOut();
    else tell('The service did not answer: you are still signed in.');
  };
  return (
    <div class="me">
      <p>
        <b>{props.caller.name}</b>
        <span class="quiet">
          scope {SCOPES.findLast((scope) => includesScope(props.caller.scopes, scope))}
        </span>
      </p>
      <ThemeButton />
      <button type="button" class="round" title="Sign out" disabled={isBusy} onClick={() => void signOut()}>
        <Icon name="leave" />
        <span class="unseen">Sign out</span>
      </button>
    </div>
  );
}
