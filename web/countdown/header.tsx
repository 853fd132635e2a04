import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ClockEstimate } from '../../client/src/shared-clock';
import type { TimerConnection } from '../../client/src/timer-client';
import { Icon } from './icons';
import { useStored } from './use-stored';

const THEMES = ['auto', 'dark', 'light'] as const;

/** Name, connection, and what a viewer can choose. */
export function Header(props: {
  readonly connection: TimerConnection;
  readonly clock: ClockEstimate | null;
  readonly isLoud: boolean;
  readonly setLoud: (isLoud: boolean) => void;
}): VNode {
  const { connection, clock, isLoud, setLoud } = props;
  return (
    <header class="top">
      <h1 class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <circle cx="16" cy="16" r="13" />
          <path d="M16 8v8l5 4" />
        </svg>
        Darwin Timer
      </h1>
      <p class="connection" data-status={connection.status}>
        {connectionText(connection, clock)}
      </p>
      <div class="choices">
        <button type="button" aria-pressed={isLoud} onClick={() => setLoud(!isLoud)} title="Sound">
          <Icon name={isLoud ? 'sound' : 'mute'} />
          <span class="unseen">Sound</span>
        </button>
        <ThemeButton />
        <ShareButton />
      </div>
    </header>
  );
}

function connectionText({ status }: TimerConnection, clock: ClockEstimate | null): string {
  if (status === 'connecting') return 'connecting…';
  if (status !== 'live') return 'reconnecting…';
  return clock === null ? 'live' : `live, in sync to ${Math.max(1, Math.ceil(clock.errorMs))} ms`;
}

function ThemeButton(): VNode {
  const [stored, store] = useStored('theme', 'auto');
  const theme = THEMES.find((name) => name === stored) ?? 'auto';
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  return (
    <button type="button" onClick={() => store(next)} title={`Colours: ${theme}`}>
      <Icon name={theme} />
      <span class="unseen">Colours: {theme}</span>
    </button>
  );
}

/** Hands the address of this page on: by the device's own sheet, or by the clipboard. */
function ShareButton(): VNode {
  const [told, setTold] = useState('');
  const share = async (): Promise<void> => {
    const url = location.href;
    try {
      if (matchMedia('(pointer: coarse)').matches && 'share' in navigator)
        await navigator.share({ title: 'Darwin Timer', url });
      else {
        await navigator.clipboard.writeText(url);
        setTold('Link copied');
      }
    } catch {
      setTold(url);
    }
    setTimeout(() => setTold(''), 4_000);
  };
  return (
    <button type="button" class="share" onClick={() => void share()} title="Share this countdown">
      <Icon name="share" />
      <span class="label">Share</span>
      <span class="told" role="status">
        {told}
      </span>
    </button>
  );
}
