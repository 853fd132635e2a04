import { useEffect, useState } from 'preact/hooks';

const MOVED = 'darwin-timer-moved';

/** Shows another view, and lets the browser's way back lead here. */
export function goTo(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, '', path);
  dispatchEvent(new Event(MOVED));
}

/** The path of the page, as it changes. */
export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const look = (): void => setPath(location.pathname);
    for (const event of [MOVED, 'popstate']) addEventListener(event, look);
    return () => {
      for (const event of [MOVED, 'popstate']) removeEventListener(event, look);
    };
  }, []);
  return path;
}
