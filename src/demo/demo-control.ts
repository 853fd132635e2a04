import type { Behaviour } from './behaviour';
import { NORMAL_BEHAVIOUR, readBehaviour } from './behaviour';
import { DemoSockets } from './demo-sockets';
import { DemoError } from './demo.errors';
import type { HttpAnswer } from './http-answer';
import { jsonAnswer } from './http-answer';
import type { Placement, Player } from './player';
import { readPlacing } from './read-placing';
import { answerRpc } from './rpc';

/** What the demo chain says of itself. */
export interface DemoStatus {
  /** What a viewer must be told: «recorded mainnet trades, mint replaced, re-timed, pass n». */
  readonly sentence: string;
  readonly mint: string;
  readonly pass: number;
  /** Number of the next step of the pass, from 0, of `entries`. */
  readonly position: number;
  readonly entries: number;
  /** Newest slot of the chain, whatever its node shows. */
  readonly slot: number;
  readonly silent: boolean;
  /** WebSocket clients that are connected. */
  readonly sockets: number;
  /** Newest transaction in chain order. */
  readonly lastPlacement: Placement | null;
  /** JSON-RPC calls answered since the start, by method. */
  readonly calls: Readonly<Record<string, number>>;
  readonly behaviour: Behaviour;
  /** Code of the error that ended playing, e.g. DEMO_STATE_FAILED on a full disk; null while all is well. `"silent": false` tries again. */
  readonly failure: string | null;
}

/** Everything that can be asked of a running demo chain: its calls, its status, its misbehaviour. */
export class DemoControl {
  /** The node's WebSocket. */
  readonly sockets: DemoSockets;
  #behaviour: Behaviour;
  readonly #start: Behaviour;
  readonly #calls = new Map<string, number>();
  #failure: string | null = null;

  /** @param silent - true where it starts, and after a reset returns, to playing nothing */
  constructor(
    private readonly player: Player,
    private readonly mint: string,
    silent: boolean,
  ) {
    this.sockets = new DemoSockets(player.chain);
    this.#start = { ...NORMAL_BEHAVIOUR, silent };
    this.#behaviour = this.#start;
    this.behaveAs(this.#start);
  }

  /** The status at this moment. */
  status(): DemoStatus {
    const { pass, position, playlist, chain } = this.player;
    return {
      sentence: `recorded mainnet trades, mint replaced, re-timed, pass ${String(pass)}`,
      mint: this.mint,
      pass,
      position,
      entries: playlist.length,
      slot: chain.newestSlot,
      silent: this.#behaviour.silent,
      sockets: this.sockets.count,
      lastPlacement: this.player.placements.at(-1) ?? null,
      calls: Object.fromEntries(this.#calls),
      behaviour: this.#behaviour,
      failure: this.#failure,
    };
  }

  /** Plays what is due. Where that fails it falls silent and the status says why. */
  playDue(): void {
    try {
      this.player.playDue();
    } catch (error) {
      this.player.silence();
      this.#behaviour = { ...this.#behaviour, silent: true };
      this.#failure = error instanceof DemoError ? error.code : 'unknown';
    }
  }

  /** Answers a JSON-RPC body, unless it is to fail: `'drop'` stands for a closed connection. */
  answerRpc(body: unknown): HttpAnswer | 'drop' {
    this.playDue();
    const { dropNext, rateLimit, failNext } = this.#behaviour;
    if (dropNext > 0) {
      this.#behaviour = { ...this.#behaviour, dropNext: dropNext - 1 };
      return 'drop';
    }
    if (rateLimit !== null && rateLimit.count > 0) {
      this.#behaviour = { ...this.#behaviour, rateLimit: { ...rateLimit, count: rateLimit.count - 1 } };
      return tooManyRequests(rateLimit.retryAfterSec);
    }
    if (failNext > 0) {
      this.#behaviour = { ...this.#behaviour, failNext: failNext - 1 };
      return jsonAnswer(500, { error: 'internal error' });
    }
    const answer = answerRpc(this.player.chain, body, (method) => {
      this.#calls.set(method, (this.#calls.get(method) ?? 0) + 1);
    });
    return answer === undefined ? { status: 204, headers: {}, body: '' } : jsonAnswer(200, answer);
  }

  /** Answers a request below `/demo`. */
  answerControl(route: string, body: unknown): HttpAnswer {
    this.playDue();
    if (route === 'GET /demo') return jsonAnswer(200, this.status());
    if (route === 'GET /demo/transactions') return jsonAnswer(200, this.player.placements);
    if (route === 'POST /demo/behave') return this.behave(body);
    if (route === 'POST /demo/transactions') return this.place(body);
    return jsonAnswer(404, { error: `no route ${route}` });
  }

  private behave(body: unknown): HttpAnswer {
    const next = readBehaviour(body, this.#behaviour, this.#start, this.player.chain.newestSlot);
    if (typeof next === 'string') return jsonAnswer(400, { error: next });
    if (next.dropSockets) this.sockets.drop();
    const lasting = { ...next, dropSockets: false };
    this.behaveAs(lasting);
    return jsonAnswer(200, lasting);
  }

  private place(body: unknown): HttpAnswer {
    const request = readPlacing(body);
    if (typeof request === 'string') return jsonAnswer(400, { error: request });
    const { what, options } = request;
    const placed =
      'name' in what
        ? this.player.placeNamed(what.name, options)
        : this.player.placeNext(what.counting, options);
    return typeof placed === 'string' ? jsonAnswer(400, { error: placed }) : jsonAnswer(201, placed);
  }

  private behaveAs(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.player.chain.faults = behaviour;
    this.sockets.isMuted = behaviour.muteSockets;
    this.player.lateIndexSlots = behaviour.lateIndexSlots;
    if (behaviour.silent) {
      this.player.silence();
    } else {
      this.#failure = null;
      this.player.resume();
    }
  }
}

function tooManyRequests(retryAfterSec: number): HttpAnswer {
  const error = { code: 429, message: 'Too many requests' };
  const answer = jsonAnswer(429, { jsonrpc: '2.0', error, id: null });
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSec) } };
}
