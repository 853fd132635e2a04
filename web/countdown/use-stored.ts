import { useState } from 'preact/hooks';

/** A choice of the viewer that outlives the visit, where the browser lets us keep it. */
export function useStored(name: string, first: string): readonly [string, (value: string) => void] {
  const key = `darwin-timer-${name}`;
  const [value, setValue] = useState(() => read(key) ?? first);
  const store = (next: string): void => {
    setValue(next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // it holds for this visit
    }
  };
  return [value, store];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
