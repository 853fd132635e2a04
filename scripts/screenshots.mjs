/*
 * Writes a picture of each page in light and dark, on a phone and on a desktop, from the built service with the demo
 * chain.
 *
 *   node scripts/screenshots.mjs [--out <folder, default docs/screenshots>] [--trades <how many to wait for, default 8>]
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { option, root, SECRET, startBrowser, startService } from '../bench/pages/service.mjs';

const out = path.resolve(root, option('--out', 'docs/screenshots'));
const trades = Number(option('--trades', '8'));

const devices = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const overlay = 'embed/global?background=1b1f30';
/** A source in a streaming scene. */
const OVERLAY_SIZE = { width: 480, height: 270 };
/** Name, path, and what has to be seen before. */
const pages = [
  ['countdown', '', '.trades li'],
  ['overlay-ring', `${overlay}&style=ring`, '[data-status]'],
  ['overlay-bar', `${overlay}&style=bar`, '[data-status]'],
  ['overlay-digits', `${overlay}&style=digits`, '[data-status]'],
];

/** Views of the panel: name, path, and what has to be seen before. */
const views = [
  ['admin-overview', 'admin', '.verdict'],
  ['admin-timers', 'admin/timers', '.timer .digits'],
  ['admin-timer', 'admin/timers/global', 'tbody tr'],
  ['admin-alerts', 'admin/alerts', 'tbody tr'],
  ['admin-monitoring', 'admin/monitoring', '.choice'],
  ['admin-credits', 'admin/credits', 'canvas'],
  ['admin-webhooks', 'admin/webhooks', '.acts'],
  ['admin-inspect', 'admin/inspect', 'form'],
  ['admin-instances', 'admin/instances', '.facts'],
  ['admin-settings', 'admin/settings', 'tbody tr'],
  ['admin-keys', 'admin/keys', 'tbody tr'],
  ['admin-audit', 'admin/audit', 'summary'],
];

/** So that the panel has more than one to show. */
const SECOND_TIMER = `mutation {
  createTimer(input: {
    id: "buys-only", tokenAddress: "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", durationMs: 1800000, paused: true,
    rules: { sides: [BUY], minAmount: "25", mode: EXTEND, extendByMs: 30000, maxRemainingMs: 1800000 }
  }) { timer { id } }
}`;

async function waitForTrades(service) {
  for (;;) {
    const data = await service.ask(`{ trades(first: ${trades}) { nodes { id } } }`);
    if (data.trades.nodes.length >= trades) return;
    await delay(500);
  }
}

async function takeAll(browser, url) {
  for (const [device, options] of Object.entries(devices)) {
    for (const colorScheme of ['dark', 'light']) {
      const context = await browser.newContext({ ...options, colorScheme });
      for (const [name, address, sign] of pages) {
        const page = await context.newPage();
        if (address.startsWith('embed/')) await page.setViewportSize(OVERLAY_SIZE);
        await page.goto(url + address);
        await page.waitForSelector(sign);
        await page.waitForTimeout(1_500);
        await page.screenshot({
          path: path.join(out, `${name}-${device}-${colorScheme}.jpg`),
          type: 'jpeg',
          quality: 82,
          fullPage: address === '',
        });
        await page.close();
      }
      await takePanel(context, url, `${device}-${colorScheme}`);
      await context.close();
    }
  }
}

/** The panel is the same person's in one context: signed in once, then from view to view. */
async function takePanel(context, url, suffix) {
  const page = await context.newPage();
  const take = (name) =>
    page.screenshot({
      path: path.join(out, `${name}-${suffix}.jpg`),
      type: 'jpeg',
      quality: 82,
      fullPage: true,
    });
  await page.goto(`${url}admin`);
  await page.getByLabel('Secret').fill(SECRET);
  await take('admin-sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  // the session must be there before the page is left
  await page.waitForSelector('.shell');
  for (const [name, address, sign] of views) {
    await page.goto(url + address);
    await page.waitForSelector(sign);
    await page.waitForTimeout(1_500);
    await take(name);
  }
  await page.close();
}

mkdirSync(out, { recursive: true });
const service = await startService({ SOLANA_POLLING_INTERVAL: '1000', INSTANCE_ID: 'darwin-timer-0' });
const browser = await startBrowser();
try {
  await waitForTrades(service);
  await service.ask(SECOND_TIMER);
  await takeAll(browser, service.url);
} finally {
  await browser.close();
  await service.stop();
}
process.stdout.write(`written to ${path.relative(root, out)}\n`);
