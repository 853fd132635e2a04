import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressNamed, sampleTape, signatureNamed } from '../../test/support/sample-tape';
import { Player } from './player';
import { PlayerStateFile } from './player-state.file';
import type { Tape } from './player-tape';
import { RpcRefusal } from './rpc-refusal';
import { blockTimeSecOf, isSkipped, producedAtOrBelow } from './slots';

const MINT = addressNamed('mint');
const START_MS = 1_795_000_000_000;

let dataDir = '';
let nowMs = START_MS;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'demo-player-'));
  nowMs = START_MS;
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

function playerOf(tape: Tape = sampleTape(3, 2)): Player {
  return new Player({ tape, mint: MINT, seed: 'seed', file: new PlayerStateFile(dataDir), now: () => nowMs });
}

function play(player: Player, seconds: number): void {
  player.resume();
  for (const endMs = nowMs + seconds * 1000; nowMs < endMs; nowMs += 50) player.playDue();
}

function listed(player: Player, limit = 1000): string[] {
  const rows = player.chain.signaturesFor(MINT, { limit, commitment: 'confirmed' });
  return rows instanceof RpcRefusal ? [] : rows.map((row) => row.signature);
}

describe('Player', () => {
  it('plays the real signatures first and others in the next pass', () => {
    const player = playerOf();
    play(player, 60);
    const signatures = player.placements.map((placed) => placed.signature);
    const real = sampleTape(3, 2).entries.map((entry) => entry.signature);
    expect(signatures.slice(0, 5).toSorted()).toEqual(real.toSorted());
    expect(new Set(signatures).size).toBe(signatures.length);
    expect(player.pass).toBeGreaterThan(2);
  });

  it('brings a counting entry each 5 to 8 s of the chain, the others between', () => {
    const player = playerOf(sampleTape(20, 15));
    play(player, 120);
    const slots = player.placements
      .filter((placed) => placed.expected !== 'none')
      .map((placed) => placed.slot);
    const gaps = slots.slice(1).map((slot, index) => (slot - (slots[index] ?? 0)) * 400);
    expect(gaps.length).toBeGreaterThan(14);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8000);
    expect(player.placements.some((placed) => placed.expected === 'none')).toBe(true);
  });

  it('goes on after a restart: the same rows, later slots, no signature again', () => {
    const before = playerOf();
    play(before, 20);
    const kept = before.placements;
    const after = playerOf();
    expect(after.placements).toEqual(kept);
    expect([after.pass, after.position]).toEqual([before.pass, before.position]);
    play(after, 60);
    const all = after.placements;
    expect(all.slice(0, kept.length)).toEqual(kept);
    expect(new Set(all.map((placed) => placed.signature)).size).toBe(all.length);
    expect(all.map((placed) => placed.slot)).toEqual(
      all.map((placed) => placed.slot).toSorted((one, two) => one - two),
    );
  });

  it('still finds the cursor of a client after a restart a day later', () => {
    const before = playerOf();
    play(before, 30);
    const cursor = before.placements.at(-1)?.signature;
    nowMs += 86_400_000;
    const after = playerOf();
    expect(listed(after)).toContain(cursor);
    expect(after.chain.transaction(cursor ?? '', 'finalized')).toMatchObject({ signature: cursor });
  });

  it('does not fall back when the clock does, not even over a restart', () => {
    const before = playerOf();
    play(before, 30);
    before.save();
    const newest = before.chain.newestSlot;
    nowMs -= 3_600_000;
    const after = playerOf();
    expect(after.chain.newestSlot).toBe(newest);
    const placed = after.placeNext(true);
    expect(placed).toMatchObject({ blockTime: blockTimeSecOf(newest) });
  });

  it('begins a new pass when the tape is another', () => {
    play(playerOf(), 12);
    const other = playerOf(sampleTape(4, 2));
    expect([other.pass, other.position]).toEqual([2, 0]);
  });

  it('plays nothing while silent, while the slots go on', () => {
    const player = playerOf();
    play(player, 20);
    const count = player.placements.length;
    const { newestSlot } = player.chain;
    player.silence();
    for (let step = 0; step < 200; step += 1) {
      nowMs += 1000;
      player.playDue();
    }
    expect(player.placements).toHaveLength(count);
    expect(player.chain.newestSlot).toBe(newestSlot + 500);
  });

  it('is not put off by being told to go on while it plays', () => {
    const player = playerOf();
    player.resume();
    const { dueMs } = player;
    nowMs += 1000;
    player.resume();
    expect(player.dueMs).toBe(dueMs);
  });

  it('does not play the time in which the machine slept', () => {
    const player = playerOf();
    play(player, 20);
    const count = player.placements.length;
    nowMs += 3_600_000;
    player.playDue();
    player.playDue();
    expect(player.placements).toHaveLength(count + 1);
  });

  it('leaves one file, whole, and says which one when it cannot be read', () => {
    play(playerOf(), 20);
    expect(readdirSync(dataDir)).toEqual(['demo-chain.json']);
    writeFileSync(join(dataDir, 'demo-chain.json'), '{"format":1');
    expect(() => playerOf()).toThrow('DEMO_STATE_MALFORMED');
    writeFileSync(join(dataDir, 'demo-chain.json'), '{"format":1}');
    expect(() => playerOf()).toThrow('DEMO_STATE_MALFORMED');
  });

  it('needs a tape with a trade', () => {
    expect(() => playerOf(sampleTape(0, 2))).toThrow('DEMO_TAPE_MISSING');
  });
});

describe('placing by hand', () => {
  it('takes the next entry that counts, or that does not, and leaves out those before it', () => {
    const player = playerOf();
    const counting = player.placeNext(true);
    const other = player.placeNext(false);
    expect(counting).toMatchObject({ expected: 'buy' });
    expect(other).toMatchObject({ expected: 'none' });
    expect(player.placements).toHaveLength(2);
  });

  it('puts a transaction into the block of a given time, behind those already there', () => {
    const player = playerOf();
    const blockTimeSec = START_MS / 1000 - 30;
    const first = player.placeNext(true, { blockTimeSec });
    const second = player.placeNamed('trade 0', { blockTimeSec });
    expect(first).toMatchObject({ blockTime: blockTimeSec });
    expect(player.placements).toEqual([first, second]);
    expect(listed(player)).toHaveLength(2);
  });

  it('puts a transaction into a given slot and shows it in lists as late as told', () => {
    const player = playerOf();
    const slot = producedAtOrBelow(player.chain.newestSlot - 40);
    expect(player.placeNext(true, { slot, lateIndexSlots: 5 })).toMatchObject({ slot });
    expect(listed(player)).toEqual([]);
    nowMs += 2000;
    expect(listed(player)).toHaveLength(1);
  });

  it('never uses a signature twice, whichever way an entry is placed and over restarts', () => {
    const real = signatureNamed('trade 0');
    const named = [playerOf().placeNamed('trade 0'), playerOf().placeNamed('trade 0')];
    const player = playerOf();
    const asReal = player.placeNamed('trade 0', { signature: real });
    expect(asReal).toMatchObject({ signature: real });
    expect(player.placeNamed('trade 0', { signature: real })).toMatch('signature already');
    const next = player.placeNext(true);
    expect(
      new Set([...named, asReal, next].map((placed) => typeof placed === 'object' && placed.signature)).size,
    ).toBe(4);
  });

  it('leaves the mint out of the index only where it is told to and the accounts do not name it', () => {
    const tape = sampleTape(1, 0);
    const unnamed = {
      ...tape,
      entries: [{ name: 'unnamed', signature: signatureNamed('unnamed'), expected: 'buy' as const }],
    };
    const player = playerOf(unnamed);
    const blockTimeSec = START_MS / 1000 - 5;
    const hidden = player.placeNext(true, { blockTimeSec, indexMint: false });
    const shown = player.placeNext(true, { blockTimeSec });
    expect(player.placements).toEqual([hidden, shown]);
    expect(listed(player)).toEqual([typeof shown === 'object' ? shown.signature : '']);
  });

  it('says why a place is none', () => {
    const player = playerOf();
    let skipped = player.chain.newestSlot;
    while (!isSkipped(skipped)) skipped -= 1;
    expect(player.placeNext(true, { slot: skipped })).toMatch('is skipped');
    expect(player.placeNext(true, { slot: 5 })).toMatch('outside');
    expect(player.placeNext(true, { blockTimeSec: START_MS / 1000 + 3600 })).toMatch('outside');
    expect(player.placeNamed('no such')).toMatch('no entry no such');
    expect(player.placements).toEqual([]);
  });
});
