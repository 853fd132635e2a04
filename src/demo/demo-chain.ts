import { base58ByteLength } from './base58';
import type { Chain } from './chain';
import type { DemoStatus } from './demo-control';
import { DemoControl } from './demo-control';
import { startDemoServer } from './demo-server';
import { DemoError } from './demo.errors';
import { Player } from './player';
import { PlayerStateFile } from './player-state.file';
import type { Tape } from './player-tape';
import { readTape } from './read-tape';
import { toRpcTransaction } from './tape';

/** Mint that the recorded trades are played as, unless another is given: the product's first token. */
export const DEMO_MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';

/** How a demo chain is started. */
export interface DemoChainOptions {
  /** Directory that is this chain's own; a restart with the same one goes on. */
  readonly dataDir: string;
  /** Port on 127.0.0.1; default 0, a free one. */
  readonly port?: number;
  /** Default `DEMO_MINT`. */
  readonly mint?: string;
  /** The same seed spaces the entries in the same way. */
  readonly seed?: string;
  /** Clock in epoch ms; default the machine's. */
  readonly now?: () => number;
  /** False: it plays nothing until told `{ "silent": false }`. Default true. */
  readonly autoplay?: boolean;
  /** Entries to play; default the recorded mainnet transactions. */
  readonly tape?: Tape;
}

/** A running demo chain. */
export interface DemoChain {
  /** JSON-RPC endpoint; `/demo` below it is for status and control. */
  readonly url: string;
  readonly mint: string;
  readonly chain: Chain;
  status(): DemoStatus;
  /** Ends server and player, and leaves the state for the next run; DEMO_STATE_FAILED where that cannot be written. */
  close(): Promise<void>;
}

/** How often it is looked whether a step is due, in ms. */
const LOOK_MS = 50;

/**
 * Starts a chain that plays recorded mainnet transactions, and serves it.
 *
 * @throws DEMO_OPTION_INVALID, DEMO_LISTEN_FAILED, DEMO_STATE_MALFORMED, DEMO_TAPE_MISSING, DEMO_TAPE_MALFORMED
 */
export async function startDemoChain(options: DemoChainOptions): Promise<DemoChain> {
  const {
    dataDir,
    port = 0,
    mint = DEMO_MINT,
    seed = 'darwin-timer',
    now = Date.now,
    autoplay = true,
  } = options;
  if (base58ByteLength(mint) !== 32) throw new DemoError('DEMO_OPTION_INVALID', { option: 'mint' });
  const file = new PlayerStateFile(dataDir);
  const player = new Player({ tape: options.tape ?? recordedTape(), mint, seed, file, now });
  const control = new DemoControl(player, mint, !autoplay);
  const server = await startDemoServer(control, port);
  const timer = setInterval(() => {
    control.playDue();
    control.sockets.tell();
  }, LOOK_MS);
  return {
    url: server.url,
    mint,
    chain: player.chain,
    status: () => control.status(),
    close: async () => {
      clearInterval(timer);
      await server.close();
      player.save();
    },
  };
}

function recordedTape(): Tape {
  const tape = readTape().filter((entry) => entry.demo);
  const byName = new Map(tape.map((entry) => [entry.name, entry]));
  return {
    entries: tape,
    toRpcTransaction: ({ name }, as) => {
      const entry = byName.get(name);
      return entry === undefined ? null : toRpcTransaction(entry, as);
    },
  };
}
