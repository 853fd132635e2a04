import type { VNode } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';

const SHOWN_MS = 6_000;

/** Short words in the corner about what was done. @returns where they stand, and how to add one */
export function useToasts(): readonly [VNode, (text: string) => void] {
  const [all, setAll] = useState<readonly { readonly id: number; readonly text: string }[]>([]);
  const count = useRef(0);
  const tell = useCallback((text: string) => {
    const id = (count.current += 1);
    setAll((before) => [...before.slice(-2), { id, text }]);
    setTimeout(() => setAll((before) => before.filter((one) => one.id !== id)), SHOWN_MS);
  }, []);
  const place = (
    <div class="toasts" role="status" aria-live="polite">
      {all.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
  return [place, tell];
}
