import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** How often each instance is asked whether it is ready. */
const LOOK_EVERY_MS = 200;
const ANSWER_WITHIN_MS = 2_000;

interface Target {
  readonly url: URL;
  readonly sockets: Set<Socket>;
  isReady: boolean;
}

/**
 * Hands connections to instances as a Service of Kubernetes does: bytes as they come, each connection to the ready instance
 * that has the fewest, and a connection that stands stays where it is, ready or not.
 */
export class Balancer implements AsyncDisposable {
  private readonly targets: Target[] = [];
  private readonly timer: NodeJS.Timeout;
  private looking: Promise<unknown> = Promise.resolve();
  /** Connections that found no ready instance. */
  turnedAway = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (near) => this.lead(near));
    this.timer = setInterval(() => {
      this.looking = Promise.all(this.targets.map((target) => look(target)));
    }, LOOK_EVERY_MS);
  }

  /** Listens on a free loopback port. */
  static async start(): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Balancer(server);
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return `http://127.0.0.1:${addressOf(this.server).port}`;
  }

  /** Adds an instance; it is used from the first time on that it says it is ready. */
  async add(url: string): Promise<void> {
    const target: Target = { url: new URL(url), sockets: new Set(), isReady: false };
    this.targets.push(target);
    await look(target);
  }

  /** Connections that stand to an instance. */
  countOf(url: string): number {
    return this.targets.find((target) => target.url.port === new URL(url).port)?.sockets.size ?? 0;
  }

  /** Cuts everything off. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const { sockets } of this.targets) for (const socket of sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private lead(near: Socket, tried: ReadonlySet<Target> = new Set()): void {
    const [target] = this.targets
      .filter((one) => one.isReady && !tried.has(one))
      .sort((a, b) => a.sockets.size - b.sockets.size);
    if (target === undefined) {
      this.turnedAway += 1;
      near.destroy();
      return;
    }
    const far = connect(Number(target.url.port), target.url.hostname);
    let isThrough = false;
    far.once('connect', () => {
      isThrough = true;
      near.pipe(far).pipe(near);
    });
    far.once('error', () => {
      if (isThrough) near.destroy();
      else this.lead(near, new Set([...tried, target]));
    });
    target.sockets.add(near);
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.on('error', () => far.destroy());
    near.once('close', () => far.destroy());
    far.once('close', () => {
      target.sockets.delete(near);
      // what still comes goes nowhere, but its end has to be read
      if (isThrough) near.end().resume();
    });
  }
}

async function look(target: Target): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  target.isReady = await fetch(new URL('/api/health/ready', target.url), { signal }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return address;
}
