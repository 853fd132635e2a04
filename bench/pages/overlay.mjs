/* An overlay that sees many resets: its heap and its document after a collection of garbage, now and then. */

import { setTimeout as delay } from 'node:timers/promises';

/** What is not grown by the page itself: code that is compiled late, buffers of the browser. */
const WARM_UP = 0.1;
const SAMPLES = 10;
const AT_ONCE = 2;

/** Resets the timer `resets` times before the eyes of an overlay. */
export async function measureOverlay(browser, service, resets) {
  const context = await browser.newContext({ viewport: { width: 480, height: 270 } });
  const page = await context.newPage();
  await page.goto(`${service.url}embed/global?style=ring`);
  await page.waitForFunction(() =>
    /^\d\d:\d\d$/.test(document.querySelector('[role=timer]')?.textContent ?? ''),
  );
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  let states = 0;
  await session.send('Network.enable');
  session.on('Network.webSocketFrameReceived', ({ response }) => {
    if (response.payloadData.includes('"timerUpdated"')) states += 1;
  });
  const startedAt = performance.now();
  await reset(service, Math.max(20, Math.round(resets * WARM_UP)));
  const samples = [await look(session)];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await reset(service, Math.round((resets * (1 - WARM_UP)) / SAMPLES));
    samples.push(await look(session));
  }
  await context.close();
  const [first, last] = [samples[0], samples.at(-1)];
  return {
    resets,
    states,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    growthKb: last.heapKb - first.heapKb,
    nodesMore: last.nodes - first.nodes,
    listenersMore: last.listeners - first.listeners,
    samples,
  };
}

async function reset(service, times) {
  let left = times;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      // the database may be slower than we are; what was refused is asked again
      await service.ask('mutation { resetTimer { timer { revision } } }').catch(async () => {
        left += 1;
        await delay(200);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function look(session) {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const valueOf = (wanted) => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  return {
    heapKb: Math.round(valueOf('JSHeapUsedSize') / 1024),
    nodes: valueOf('Nodes'),
    listeners: valueOf('JSEventListeners'),
  };
}
