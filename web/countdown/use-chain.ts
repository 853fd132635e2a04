import { useEffect, useState } from 'preact/hooks';
import { readChain } from './read-chain';
import type { Chain } from './read-chain';

const EVERY_MS = 60_000;

/** Which chain moves the timer; null until it is known. */
export function useChain(): Chain | null {
  const [chain, setChain] = useState<Chain | null>(null);
  useEffect(() => {
    const look = (): void => {
      fetch('/api/health', { cache: 'no-store' })
        .then((response) => response.text())
        .then((text) => setChain(readChain(text)))
        .catch(() => undefined);
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return chain;
}
