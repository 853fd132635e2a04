import { setTimeout as delay } from 'node:timers/promises';

/** As fast as clients are sent away where there are few: two hundred a second. */
const EACH_MS = 5;
const TURN_MS = 50;

/** Does something for every item, evenly over `periodMs`, or in 5 ms for each where they are few. */
export async function spread<Item>(
  items: readonly Item[],
  periodMs: number,
  each: (item: Item) => void,
): Promise<void> {
  const startedAt = performance.now();
  const overMs = Math.min(periodMs, items.length * EACH_MS);
  let done = 0;
  for (;;) {
    const part = overMs === 0 ? 1 : (performance.now() - startedAt) / overMs;
    const due = Math.ceil(items.length * Math.min(1, part));
    for (const item of items.slice(done, due)) each(item);
    done = Math.max(done, due);
    if (done >= items.length) return;
    await delay(Math.min(TURN_MS, overMs));
  }
}
