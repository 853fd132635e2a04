import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import type { BrowserRig, Viewer } from './browser';
import { eventually } from './eventually';
import { SECRET } from './instance';

const require_ = createRequire(__filename);
/** The machine may be busy with other suites. */
const patienceMs = 45_000;

/** Breaks of accessibility rules, by rule and element. */
export async function violations(page: Page): Promise<string[]> {
  const source = await readFile(require_.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const found: string = await page.evaluate(
    `axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ' ' + nodes[0].html)))`,
  );
  const parsed: string[] = JSON.parse(found);
  return parsed;
}

/** What sticks out of the page to the right, so that it would scroll sideways: element, right edge in px, and words. */
export async function sticksOut(page: Page): Promise<string[]> {
  const found: string[] = await page.evaluate(`(() => {
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const out = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > page.clientWidth,
    );
    return [
      'the page is ' + page.scrollWidth + ' px wide',
      ...out.slice(0, 12).map((element) =>
        [element.tagName, element.className, Math.round(element.getBoundingClientRect().right), element.textContent.slice(0, 40)].join(' ')),
    ];
  })()`);
  return found;
}

/** The admin panel as somebody uses it. */
export class Panel {
  /** What the browser complained about: errors of scripts and breaks of the page's policy. */
  readonly complaints: string[] = [];
  /** Hosts that were asked for anything. */
  readonly hosts = new Set<string>();

  private constructor(readonly page: Page) {
    page.setDefaultTimeout(patienceMs);
    page.on('request', (request) => this.hosts.add(new URL(request.url()).host));
    page.on('pageerror', (err) => this.complaints.push(err.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** Opens a view in a browser profile of its own, where nobody is signed in. */
  static async open(rig: BrowserRig, path = '/admin', viewer: Viewer = {}): Promise<Panel> {
    const panel = new Panel(await rig.open('about:blank', { reducedMotion: 'reduce', ...viewer }));
    await panel.page.goto(rig.url + path);
    return panel;
  }

  /** The same, signed in. */
  static async signedIn(
    rig: BrowserRig,
    path = '/admin',
    { secret = SECRET, ...viewer }: Viewer & { readonly secret?: string } = {},
  ): Promise<Panel> {
    const panel = await Panel.open(rig, path, viewer);
    await panel.signIn(secret);
    await panel.page.locator('nav').waitFor({ state: 'attached' });
    return panel;
  }

  async signIn(secret: string): Promise<void> {
    await this.page.getByLabel('Secret').fill(secret);
    await this.press('Sign in');
  }

  /** Goes to a view by the menu. */
  async go(title: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: title }).click();
    await this.page.getByRole('heading', { level: 1, name: title }).waitFor();
  }

  /** A titled part of the view. */
  card(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  /** Waits until the view says something. */
  async see(words: string | RegExp, place: Locator = this.page.locator('body')): Promise<void> {
    await place.getByText(words).first().waitFor();
  }

  /** Fills fields by their labels. */
  async fill(fields: Readonly<Record<string, string>>, place: Locator | Page = this.page): Promise<void> {
    for (const [label, value] of Object.entries(fields))
      await place.getByLabel(label, { exact: true }).fill(value);
  }

  async choose(label: string, words: string, place: Locator | Page = this.page): Promise<void> {
    await place.getByLabel(label, { exact: true }).selectOption({ label: words });
  }

  /** Presses a button whose name begins so. */
  async press(name: string, place: Locator | Page = this.page): Promise<void> {
    await place
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .first()
      .click();
  }

  /** Answers the question that is asked, and waits until it was done. */
  async answer(verb: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    const window = this.page.getByRole('dialog');
    await this.fill(fields, window);
    await this.press(verb, window);
    await window.waitFor({ state: 'detached' });
  }

  /** Waits for what is told in the corner. */
  async told(words: string | RegExp): Promise<void> {
    await this.see(words, this.page.locator('.toasts'));
  }

  /** Waits until something becomes so. */
  async until<Value>(read: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
    return await eventually(read, isSo, patienceMs);
  }
}
