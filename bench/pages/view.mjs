/* The public page: how soon it is there, and what it does while nothing happens. */
import { setTimeout as delay } from 'node:timers/promises';

const SHIFTS = `
  globalThis.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.shifts += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;
/** Notes when the digits are there, ms after the navigation began. */
const DIGITS = `
  globalThis.digitsAt = null;
  new MutationObserver((_, observer) => {
    if (!/^\\d\\d:\\d\\d$/.test(document.querySelector('[role=timer]')?.textContent ?? '')) return;
    requestAnimationFrame(() => (globalThis.digitsAt = performance.now()));
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true, characterData: true });
`;

/** First paint and first digits with a computer that is `slowDown` times slower, nothing cached. */
export async function measureView(browser, url, { runs, slowDown }) {
  const [paints, digits] = [[], []];
  let bytes = 0;
  for (let run = 0; run < runs; run += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(DIGITS);
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
    await page.goto(url);
    await page.waitForFunction(() => globalThis.digitsAt !== null);
    digits.push(await page.evaluate('globalThis.digitsAt'));
    paints.push(
      await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`),
    );
    await page.waitForLoadState('networkidle');
    await context.close();
  }
  return { slowDown, runs, firstPaintMs: spread(paints), digitsMs: spread(digits), bytes };
}

/** Layout shift while it counts, and CPU time of all processes of the browser, `seconds` long. */
export async function measureRest(browser, url, seconds) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(SHIFTS);
  await page.goto(url);
  await page.waitForSelector('.rounds li');
  await delay(4_000);
  const layoutShiftAtLoad = await page.evaluate('globalThis.shifts');
  const session = await browser.newBrowserCDPSession();
  const cpuOf = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const before = { cpu: await cpuOf(), at: performance.now() };
  await delay(seconds * 1000);
  const cpuPercent = (((await cpuOf()) - before.cpu) / ((performance.now() - before.at) / 1000)) * 100;
  const layoutShift = (await page.evaluate('globalThis.shifts')) - layoutShiftAtLoad;
  await context.close();
  return { seconds, cpuPercent: round(cpuPercent), layoutShift, layoutShiftAtLoad };
}

function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    least: round(sorted[0]),
    median: round(sorted[Math.floor(sorted.length / 2)]),
    most: round(sorted.at(-1)),
  };
}

function round(value) {
  return Math.round(value * 100) / 100;
}
