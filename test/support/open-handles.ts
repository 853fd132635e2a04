import { setTimeout as delay } from 'node:timers/promises';

const watched = ['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap', 'FSEventWrap', 'UDPWrap'];
const timeoutMs = 3000;

/**
 * Remembers what is open now, and gives a check for the end of the suite: call `watchOpenHandles()` at the top of the
 * file and await what it returns last of all in `afterAll`. The check waits up to 3 s for closing sockets.
 *
 * @throws from the check, when sockets, servers or child processes were left open
 */
export function watchOpenHandles(): () => Promise<void> {
  const before = countOpen();
  return async () => {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const left = watched.filter((kind) => (countOpen().get(kind) ?? 0) > (before.get(kind) ?? 0));
      if (left.length === 0) return;
      if (performance.now() > giveUpAt) throw new Error(`left open by this suite: ${left.join(', ')}`);
      await delay(20);
    }
  };
}

function countOpen(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
