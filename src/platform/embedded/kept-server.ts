import type { Log } from '../logging/logger';
import type { EmbeddedServer } from './embedded-server';
import { isAlive } from './processes';

const LOOK_EVERY_MS = 1_000;

/** An embedded server that is started again, on the same port and data, when its process is gone. */
export class KeptServer {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isStopped = false;

  private constructor(
    private readonly open: () => Promise<EmbeddedServer>,
    private readonly log: Log,
    private running: EmbeddedServer,
  ) {
    this.lookLater();
  }

  /** @throws what `open` throws the first time; later failures are logged, and tried again */
  static async start(open: () => Promise<EmbeddedServer>, log: Log): Promise<KeptServer> {
    return new KeptServer(open, log, await open());
  }

  /** With user and password: a secret. */
  get url(): string {
    return this.running.url;
  }

  /** Stops watching, and the server unless another process uses it. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.looking;
    await this.running.stop();
  }

  private lookLater(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().finally(() => this.lookLater());
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const { pid } = this.running;
    if (await isAlive(pid)) return;
    try {
      // takes back the note that this process uses the server that is gone
      await this.running.stop();
      this.running = await this.open();
      this.log.warn({ before: pid, pid: this.running.pid }, 'embedded server started again');
    } catch (err) {
      this.log.error({ pid, err }, 'embedded server not started again');
    }
  }
}
