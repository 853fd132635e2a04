import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Completeness } from '../../src/settings/domain/settings';
import { Secret } from '../../src/config/secret';
import type { SocketEars } from '../../src/solana/rpc/log-socket';
import { WebSocketSource } from '../../src/solana/sources/websocket.source';
import type { SocketLine } from '../../src/solana/sources/websocket.source';
import type { Lane, LaneTerm } from './lane';
import { SLOT_MS } from './profiles';
import type { ChainRow } from './profiles';
import type { Reader, World } from './reader';

/** One transaction in two hundred is heard of by nobody: nodes drop notices. */
const DROPPED_NOTICES = 0.005;
/** From a row's listing to its notice. */
const HEARD_AFTER_MS = 100;
/** A notice of logs, and the one of each slot that shows that the connection lives. */
const NOTICE_BYTES = 3_000;
const SLOT_BYTES = 130;

/** A connection that says what it is told to, and never breaks. */
class VirtualLine implements SocketLine {
  readonly closed: Promise<string>;
  isClosed = false;
  addresses: readonly string[] = [];
  private end: (reason: string) => void = () => undefined;

  constructor(readonly ears: SocketEars) {
    this.closed = new Promise((resolve) => (this.end = resolve));
  }

  open(addresses: readonly string[]): Promise<boolean> {
    this.addresses = addresses;
    return Promise.resolve(true);
  }

  follow(addresses: readonly string[]): Promise<void> {
    this.addresses = addresses;
    return Promise.resolve();
  }

  close(reason: string): void {
    this.isClosed = true;
    this.end(reason);
  }
}

/** A day with WebSocket mode: the production source follows the logs over a connection without a wire, and pays by the byte. */
export class SocketLane implements Lane {
  private readonly due: readonly ChainRow[];
  private next = 0;
  private billedSlot: number;

  constructor(
    private readonly world: World,
    private readonly completeness: Completeness,
  ) {
    this.due = world.rows.toSorted((a, b) => a.listedAtMs - b.listedAtMs);
    this.billedSlot = this.slot;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async term(reader: Reader, fencingToken: number): Promise<LaneTerm> {
    let line: VirtualLine | undefined;
    const source = this.sourceOf(reader, (ears) => (line = new VirtualLine(ears)));
    const stop = new AbortController();
    const running = source.run(fencingToken, stop.signal);
    await settled();
    return {
      dueAtMs: () => this.dueAtMs(),
      keep: () => {
        line?.ears.onBytes((this.slot - this.billedSlot) * SLOT_BYTES);
        this.billedSlot = this.slot;
        return Promise.resolve();
      },
      bring: async () => {
        const row = this.due[this.next];
        this.next += 1;
        if (row !== undefined && line !== undefined && this.world.random() >= DROPPED_NOTICES)
          tell(row, line);
        await settled();
      },
      end: async () => {
        stop.abort();
        await running;
      },
    };
  }

  private sourceOf(
    { desk, list, pushes, parts }: Reader,
    connect: (ears: SocketEars) => SocketLine,
  ): WebSocketSource {
    const { clock, meter } = this.world;
    const url = new Secret('http://127.0.0.1/');
    return new WebSocketSource({
      target: { kind: 'rpc', endpoints: [{ name: 'simulated', url }], note: () => null },
      desk,
      list,
      trust: pushes.trust.WEBSOCKET,
      onGap: () => pushes.onWanted(),
      onSlot: (slot) => parts.observer.heardOf(slot),
      isWanted: () => true,
      isFetching: () => this.completeness === 'FULL',
      onCall: (method, endpoint) => meter.count({ method, endpoint }),
      nowMs: () => clock.nowMs,
      connect: (_, ears) => connect(ears),
    });
  }

  private dueAtMs(): number {
    const row = this.due[this.next];
    return row === undefined ? Number.POSITIVE_INFINITY : row.listedAtMs + HEARD_AFTER_MS;
  }

  private get slot(): number {
    return Math.floor(this.world.clock.nowMs / SLOT_MS);
  }
}

function tell({ signature, slot, addresses }: ChainRow, line: VirtualLine): void {
  for (const address of addresses.filter((one) => line.addresses.includes(one))) {
    line.ears.onBytes(NOTICE_BYTES);
    line.ears.onNotice(address, { signature, slot, hasFailed: false });
  }
}

/** Nothing in the simulation waits for a wire: after two turns of the loop all that follows is done. */
async function settled(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
