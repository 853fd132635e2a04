import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './parts/icon';

const THEMES = ['auto', 'dark', 'light'] as const;
const KEY = 'darwin-timer-theme';

/** Chooses colours; the choice is that of the other pages too. */
export function ThemeButton(): VNode {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  const choose = (): void => {
    setTheme(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // it holds for this visit
    }
  };
  return (
    <button type="button" class="round" onClick={choose} title={`Colours: ${theme}`}>
      <Icon name={theme} />
      <span class="unseen">Colours: {theme}</span>
    </button>
  );
}

function readTheme(): (typeof THEMES)[number] {
  try {
    return THEMES.find((name) => name === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}
