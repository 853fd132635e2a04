import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { DemoControl } from './demo-control';
import { Instance } from './instance';
import { testDatabase, testRedis } from './servers';
import type { TestDatabase, TestRedis } from './servers';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What a viewer's device is like. */
export interface Viewer extends BrowserContextOptions {
  /** How far its clock is off, ms. */
  readonly clockOffsetMs?: number;
}

/** Starts a headless Chromium. @throws where none is installed */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('no Chromium; run node scripts/ensure.cjs --chromium');
  return await chromium.launch({
    executablePath,
    // root has no sandbox; containers have a small /dev/shm
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--hide-scrollbars'],
  });
}

interface Stores {
  readonly redis: TestRedis;
  readonly database: TestDatabase;
}

/** A browser in front of the built service, which reads a demo chain under the test's control. */
export class BrowserRig implements AsyncDisposable {
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    readonly browser: Browser,
    readonly demo: DemoControl,
    private readonly stores: Stores,
    private readonly environment: Readonly<Record<string, string>>,
    private running: Instance,
  ) {}

  /**
   * @param environment - of the service, beside servers and chain; `REDIS_URL` for a Redis that the test stops
   * @param isPlaying - whether the demo chain trades by itself
   */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    isPlaying = false,
  ): Promise<BrowserRig> {
    const redis = await testRedis();
    const database = await testDatabase();
    const demo = await DemoControl.start(isPlaying);
    const complete = {
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      DATABASE_URL: database.url,
      SOLANA_RPC_ENDPOINTS: demo.url,
      SOLANA_POLLING_INTERVAL: '1000',
      ...environment,
    };
    const instance = await Instance.start(complete);
    const madeBy = Date.now();
    const browser = await startBrowser();
    await demo.passes(madeBy);
    const fixed = { ...complete, PORT: new URL(instance.url).port };
    return new BrowserRig(browser, demo, { redis, database }, fixed, instance);
  }

  /** The service as it runs now. */
  get instance(): Instance {
    return this.running;
  }

  /** `http://127.0.0.1:<port>`, the same after a restart. */
  get url(): string {
    return this.running.url;
  }

  /**
   * Opens a page in a browser profile of its own.
   *
   * @param path - on the service, or an address such as about:blank
   */
  async open(path: string, { clockOffsetMs = 0, ...options }: Viewer = {}): Promise<Page> {
    const context = await this.browser.newContext(options);
    this.contexts.push(context);
    if (clockOffsetMs !== 0) await context.addInitScript(wrongClock(clockOffsetMs));
    const page = await context.newPage();
    await page.goto(path.startsWith('/') ? this.url + path : path, { waitUntil: 'load' });
    return page;
  }

  /** Ends the service at once, as a crash does. */
  async kill(): Promise<void> {
    await this.running.end('SIGKILL');
    await this.running.close();
  }

  /** Starts it again on the same port. */
  async startAgain(): Promise<void> {
    this.running = await Instance.start(this.environment);
  }

  /** Closes what was opened so far. */
  async closePages(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  async close(): Promise<void> {
    await this.closePages();
    await this.browser.close();
    await this.running.close();
    await this.demo.close();
    await this.stores.redis.close();
    await this.stores.database.drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Makes `Date` of a page wrong by some ms, as on a device whose clock was never set. */
function wrongClock(offsetMs: number): string {
  return `(() => {
    const Right = Date;
    globalThis.Date = class Date extends Right {
      constructor(...args) { args.length === 0 ? super(Right.now() + ${offsetMs}) : super(...args); }
      static now() { return Right.now() + ${offsetMs}; }
    };
  })()`;
}
