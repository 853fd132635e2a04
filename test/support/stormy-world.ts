import { Secret } from '../../src/config/secret';
import type { Completeness } from '../../src/settings/domain/settings';
import { SolanaError } from '../../src/solana/domain/solana.errors';
import { chainSourceOf, RPC_LIMITS } from '../../src/solana/rpc/chain-source';
import { PAGE_ROWS } from '../../src/solana/sources/listing';
import { CreditMeter } from '../../src/solana/rpc/credit-meter';
import type { RestingEndpoint } from '../../src/solana/rpc/rpc-pool';
import type { ReadCommitment } from '../../src/solana/domain/commitment';
import { TimerError } from '../../src/timer/timer.errors';
import { BalancedAddress } from './balanced-address';
import { Chance } from './chance';
import type { MemoryEndpoint, MemoryRow } from './memory-chain';
import { ReadingWorld } from './reading-world';
import type { ChainReach } from './reading-world';
import { swapPayload } from './swap-payload';
import type { Hook } from './memory-timer-store';
import { newTimer } from './timer-lab';
import { VirtualTime } from './virtual-time';

const SLOT_MS = 400;
const OTHER_MINT = 'So11111111111111111111111111111111111111112';
/** Nodes may be that late with a row where it is settled by what is final: less than the final chain lies behind. */
const LATEST_SLOTS = 28;
/** A lie ends before the other addresses have failed for so long that settling does without them. */
const LIE_UNTIL_MS = 30_000;

/** An answer of Redis or Postgres that never came. */
export class LostAnswer extends Error {}

/** The end of a leader; like the usual reason of an abort it is no failure of anybody. */
class Death extends Error {
  override readonly name = 'AbortError';
}

/** What a stormy world is made of. */
export interface StormChoice {
  readonly completeness: Completeness;
  readonly commitment: ReadCommitment;
  /** Nodes behind each address. */
  readonly addresses: readonly number[];
  /** The address whose nodes may lack rows for long, where there is another one. */
  readonly liar: number;
  /** Bits of the nodes that lack much of what is no trade: nothing is lost by it but what proves lists. */
  readonly thinNodes: number;
  readonly disorderSlots: number;
  readonly faultShare: number;
  /** Rows of a full page: few, so that lists have many. */
  readonly pageRows: number;
  readonly seed: number;
  readonly pools: readonly string[];
}

/** A moment in the life of a write to Redis or Postgres. */
export interface WriteMoment {
  readonly of: 'store' | 'ledger';
  readonly when: 'onSend' | 'onReply';
  /** So many writes before it are left alone. */
  readonly after: number;
}

/** What is done while a request is on its way. */
export interface Interruption {
  readonly afterCalls: number;
  readonly act: () => Promise<void>;
}

/**
 * A chain behind addresses with several nodes each, read by the real pool over a wire in memory. Only that much goes
 * wrong at once as the design can bear: rows are missing for long at one address alone, and while another one is there.
 */
export class StormyWorld extends ReadingWorld {
  readonly time: VirtualTime;
  readonly addresses: readonly BalancedAddress[];
  private readonly choice: StormChoice;
  private readonly chance: Chance;
  private readonly lies = new Map<MemoryEndpoint, Set<string>>();
  private endpoints: readonly RestingEndpoint[] = [];
  private interruption: Interruption | null = null;
  private settlings = 0;

  constructor(choice: StormChoice) {
    const { completeness, commitment, addresses, pools } = choice;
    super({
      completeness,
      timer: newTimer({ durationMs: 30_000, pools }),
      nodes: addresses.reduce((sum, count) => sum + count, 0),
      rules: { commitment, marginMs: commitment === 'finalized' ? 2_000 : 15_000, timeoutMs: 60_000 },
      reach: () => this.reachByPool(),
    });
    this.choice = choice;
    this.chance = new Chance(choice.seed);
    this.time = new VirtualTime();
    const startTip = this.chain.tip;
    this.time.onPassed = () => {
      this.chain.tip = startTip + Math.floor(this.time.nowMs / SLOT_MS);
      this.revealLate();
    };
    const nodes = [...this.chain.endpoints];
    nodes.forEach((node, index) => (node.isThin = ((choice.thinNodes >> index) & 1) === 1));
    this.addresses = addresses.map((count, index) => {
      const url = `http://address-${index}/`;
      const address = new BalancedAddress(url, nodes.splice(0, count), this.chance, this.time);
      address.faultShare = choice.faultShare;
      for (const node of address.backends) {
        node.disorderSlots = choice.disorderSlots;
        // of a list that is put together from pages in different orders rows would be missing
        if (choice.pageRows < PAGE_ROWS) node.habit = index;
      }
      return address;
    });
  }

  override async begin(): Promise<void> {
    const shares = this.addresses.map(({ faultShare }) => faultShare);
    for (const address of this.addresses) address.faultShare = 0;
    await this.timers.create(this.timer);
    await this.takeOver();
    await this.look();
    this.passSlots(3);
    this.addresses.forEach((address, index) => (address.faultShare = shares[index] ?? 0));
  }

  passSlots(slots: number): void {
    this.time.pass(slots * SLOT_MS);
  }

  /** A leader dies in the middle of what it does. */
  die(): void {
    this.leader.life.abort(new Death());
  }

  /** Something happens once so many more requests were sent. */
  interrupt(interruption: Interruption): void {
    this.interruption = interruption;
  }

  /** Something happens once so many more writes were sent, or answered. */
  onWrite(at: WriteMoment, act: Hook): void {
    const server = at.of === 'store' ? this.timers.store : this.timers.ledger;
    let left = at.after;
    server[at.when] = () => {
      left -= 1;
      if (left >= 0) return;
      server[at.when] = () => undefined;
      return act();
    };
  }

  /** A node lacks a row: for a while where that is all that can be borne, else until lies end. */
  hide(row: MemoryRow, node: number): void {
    const endpoint = this.chain.endpoints[node % this.chain.endpoints.length];
    if (endpoint === undefined || this.chain.unavailable.has(row.signature)) return;
    if (this.isLiar(endpoint)) this.liesOf(endpoint).add(row.signature);
    // what is settled by confirmed blocks must be listed as soon as it is confirmed
    else if (this.choice.commitment === 'confirmed' || row.slot + LATEST_SLOTS <= this.chain.tip) return;
    endpoint.hidden.add(row.signature);
  }

  /** No node has a transaction any more, until somebody finds it. */
  lose({ signature }: MemoryRow): void {
    if ([...this.lies.values()].some((lies) => lies.has(signature))) return;
    this.chain.unavailable.add(signature);
  }

  /** Transactions are found again, those that were lost first before others. */
  findSome(count: number): void {
    for (const signature of [...this.chain.unavailable].slice(0, count))
      this.chain.unavailable.delete(signature);
  }

  /** A node lacks the row that a cursor names. */
  async hideCursor(which: number, node: number): Promise<void> {
    const cursors = (await this.timers.reading(this.timer.id))?.cursors ?? [];
    const named = cursors[which % Math.max(1, cursors.length)]?.signature;
    const row = this.chain.rows.find(({ signature }) => signature === named);
    if (row !== undefined) this.hide(row, node);
  }

  override async settle(): ReturnType<ReadingWorld['settle']> {
    this.settlings += 1;
    try {
      return await super.settle();
    } finally {
      this.settlings -= 1;
    }
  }

  /** The cluster gives up the block of a row that is not final yet; a fork may hold the transaction, too. */
  async fork(which: number, landsAgain: boolean): Promise<void> {
    // what is being settled by confirmed blocks is as good as settled
    if (this.choice.commitment === 'confirmed' && this.settlings > 0) return;
    const settledSlot = (await this.timers.reading(this.timer.id))?.state.watermark.slot ?? 0;
    const young = this.chain.rows.filter(
      ({ slot }) => slot > this.chain.tip - 30 && slot <= this.chain.tip - 2 && slot > settledSlot,
    );
    const row = young[which % Math.max(1, young.length)];
    if (row === undefined) return;
    this.chain.rollBack(row.signature);
    if (landsAgain) this.chain.landAgain(row.signature);
  }

  /** A webhook brings what it has seen, or something that is no more. */
  async pushAll(rows: readonly MemoryRow[]): Promise<void> {
    const payloads = rows
      .filter(({ slot }) => slot <= this.chain.tip - 2)
      .map((row) =>
        swapPayload({
          ...row,
          mint: this.chain.noise.has(row.signature) ? OTHER_MINT : this.chain.mint,
        }),
      );
    if (payloads.length > 0) await this.leader.push(payloads);
  }

  /** Everything is mended, and the chain goes on; after the first minutes nothing may fail any more. */
  override async calm(): Promise<void> {
    this.interruption = null;
    // whoever was sent away because the credits were used up comes back after ten minutes
    const endMs = this.time.nowMs + 700_000;
    for (let turn = 0; turn < 60; turn += 1) {
      this.passSlots(100);
      this.mend();
      const isUneasy = turn < 8 || this.time.nowMs < endMs;
      if (!isUneasy) this.disarm();
      await this.tolerate(isUneasy, () => this.timers.resolveAbandoned(this.timer.id));
      await this.tolerate(isUneasy, () => this.look());
      await this.tolerate(isUneasy, () => this.settle());
      if (!isUneasy && (await this.isAtRest())) return;
    }
  }

  /** Does what may fail in a storm. */
  async dare(work: () => Promise<unknown>): Promise<void> {
    await this.tolerate(true, work);
  }

  protected override async tolerate(isUneasy: boolean, work: () => Promise<unknown>): Promise<void> {
    await work().catch((err: unknown) => {
      if (!isUneasy || !isOfTheStorm(err)) throw err;
    });
  }

  private mend(): void {
    for (const address of this.addresses) {
      address.faults = [];
      address.faultShare = 0;
    }
    for (const endpoint of this.chain.endpoints) {
      endpoint.lagSlots = 0;
      endpoint.disorderSlots = 0;
      endpoint.isThin = false;
      endpoint.hidden.clear();
      endpoint.timeless.clear();
    }
    this.lies.clear();
    this.chain.unavailable.clear();
    this.isSuspect = false;
  }

  private disarm(): void {
    const { store, ledger } = this.timers;
    for (const server of [store, ledger]) {
      server.onSend = () => undefined;
      server.onReply = () => undefined;
    }
  }

  private async isAtRest(): Promise<boolean> {
    const reading = await this.timers.reading(this.timer.id);
    if (reading === null) return true;
    const { state, tail } = reading;
    const newest = this.chain.rows.at(-1)?.slot ?? 0;
    return tail.length === 0 && state.current.phase !== 'RUNNING' && state.watermark.slot > newest + 200;
  }

  private reachByPool(): ChainReach {
    const { time } = this;
    const target = {
      kind: 'rpc' as const,
      endpoints: this.addresses.map(({ url }, index) => ({ name: `address-${index}`, url: new Secret(url) })),
      note: () => null,
    };
    const pool = chainSourceOf(target, new CreditMeter(), RPC_LIMITS, () => null, {
      monotonicMs: () => time.nowMs,
      wait: (ms) => {
        time.pass(ms);
        return Promise.resolve();
      },
      timeout: (ms) => time.timeout(ms),
      fetch: (url, { body, signal }) => {
        if (typeof body !== 'string' || !(signal instanceof AbortSignal)) throw new Error('no such request');
        return this.fetch(url, body, signal);
      },
      random: () => this.chance.next(),
    });
    this.endpoints = pool.endpoints;
    return {
      chain: pool,
      pageRows: this.choice.pageRows,
      wait: (ms) => time.pass(ms),
      monotonicMs: () => time.nowMs,
    };
  }

  private async fetch(url: string, body: string, signal: AbortSignal): Promise<Response> {
    signal.throwIfAborted();
    if (this.interruption !== null) {
      const { afterCalls, act } = this.interruption;
      this.interruption = afterCalls === 0 ? null : { afterCalls: afterCalls - 1, act };
      if (afterCalls === 0) await act();
      signal.throwIfAborted();
    }
    this.endLies();
    this.time.pass(this.chance.below(40));
    const address = this.addresses.find((one) => one.url === url);
    if (address === undefined) throw new Error('nobody answers there');
    return await address.answer(body, signal);
  }

  private isLiar(endpoint: MemoryEndpoint): boolean {
    return (
      this.addresses.length > 1 && this.addresses[this.choice.liar]?.backends.includes(endpoint) === true
    );
  }

  private liesOf(endpoint: MemoryEndpoint): Set<string> {
    const lies = this.lies.get(endpoint) ?? new Set();
    this.lies.set(endpoint, lies);
    return lies;
  }

  private endLies(): void {
    const others = this.endpoints.filter((_, index) => index !== this.choice.liar);
    if (others.every(({ failingForMs }) => failingForMs < LIE_UNTIL_MS)) return;
    for (const [endpoint, lies] of this.lies) for (const signature of lies) endpoint.hidden.delete(signature);
    this.lies.clear();
  }

  private revealLate(): void {
    for (const endpoint of this.chain.endpoints) {
      if (endpoint.hidden.size === 0) continue;
      const lies = this.lies.get(endpoint);
      for (const { signature, slot } of this.chain.rows) {
        if (slot + LATEST_SLOTS <= this.chain.tip && lies?.has(signature) !== true)
          endpoint.hidden.delete(signature);
      }
    }
  }
}

function isOfTheStorm(err: unknown): boolean {
  return [SolanaError, TimerError, LostAnswer, Death].some((kind) => err instanceof kind);
}
