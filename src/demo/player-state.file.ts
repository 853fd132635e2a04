import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemoError } from './demo.errors';
import type { PlayerState } from './player-state';
import { readPlayerState } from './player-state';

const FILE_NAME = 'demo-chain.json';

/** Keeps the player's state in one file of a directory, which is made where it is missing. */
export class PlayerStateFile {
  private readonly path: string;

  /** @param dataDir - directory that is this chain's own */
  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.path = join(dataDir, FILE_NAME);
  }

  /**
   * The state of the last run; null on the first.
   *
   * @throws DEMO_STATE_MALFORMED where the file holds something else
   */
  load(): PlayerState | null {
    if (!existsSync(this.path)) return null;
    const state = readPlayerState(parse(readFileSync(this.path, 'utf8')));
    if (state === null) throw new DemoError('DEMO_STATE_MALFORMED', { file: FILE_NAME });
    return state;
  }

  /**
   * Writes beside the file and renames, so that a kill at any moment leaves the old state or the new one.
   *
   * @throws DEMO_STATE_FAILED where it cannot be written, e.g. on a full disk
   */
  save(state: PlayerState): void {
    const temporary = `${this.path}.tmp`;
    try {
      writeFileSync(temporary, JSON.stringify(state));
      renameSync(temporary, this.path);
    } catch (cause) {
      throw new DemoError('DEMO_STATE_FAILED', { file: FILE_NAME }, { cause });
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DemoError('DEMO_STATE_MALFORMED', { file: FILE_NAME }, { cause });
  }
}
