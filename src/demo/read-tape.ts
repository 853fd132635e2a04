import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DemoError } from './demo.errors';
import type { TapeEntry, TapeLabel } from './tape';

type Verdict = TapeLabel['expected'];

/** The file's own compact form; numbers that stand for text point into `strings`. */
interface TapeFile {
  readonly strings: readonly string[];
  readonly entries: readonly Row[];
}

interface Row {
  readonly name: string;
  readonly signature: string;
  readonly slot: number | null;
  readonly time: number | null;
  readonly version: number | 'legacy';
  readonly network: string;
  readonly fromChanges: 0 | 1;
  readonly fee: number;
  readonly err: unknown;
  readonly signers: number;
  readonly keys: readonly number[];
  readonly lamports: readonly (readonly [number, number, number])[];
  readonly tokens: readonly (readonly [number, number, number, number, string | null, string | null])[];
  readonly calls: readonly (readonly [number, number, readonly number[], string])[];
  readonly labels: readonly (readonly [number, Verdict, string, readonly number[], string | null, 0 | 1])[];
  readonly demo: 0 | 1;
}

type Text = (index: number) => string;

function labelsOf(row: Row, text: Text): readonly TapeLabel[] {
  return row.labels.map(([mint, expected, category, traders, amountRaw, ambiguous]) => ({
    mint: text(mint),
    expected,
    category,
    traders: traders.map(text),
    amountRaw,
    isAmbiguous: ambiguous === 1,
  }));
}

function entryOf(row: Row, text: Text): TapeEntry {
  const labels = labelsOf(row, text);
  const [first] = labels;
  if (first === undefined) throw new DemoError('DEMO_TAPE_MALFORMED', { missing: `${row.name}: labels` });
  return {
    name: row.name,
    signature: row.signature,
    slot: row.slot,
    blockTimeSec: row.time,
    version: row.version,
    network: row.network,
    isFromChanges: row.fromChanges === 1,
    feeLamports: row.fee,
    err: row.err,
    signerCount: row.signers,
    keys: row.keys.map(text),
    lamports: row.lamports.map(([keyIndex, pre, change]) => ({ keyIndex, pre, change })),
    tokens: row.tokens.map(([keyIndex, mint, owner, decimals, pre, post]) => ({
      keyIndex,
      mint: text(mint),
      owner: text(owner),
      decimals,
      pre,
      post,
    })),
    calls: row.calls.map(([depth, programIndex, accounts, data]) => ({
      depth,
      programIndex,
      accounts,
      data: Buffer.from(data, 'hex'),
    })),
    labels,
    mint: first.mint,
    expected: first.expected,
    demo: row.demo === 1,
  };
}

/**
 * Reads the tape that is shipped with the demo.
 *
 * @returns all entries; a demo chain plays those with `demo`
 * @throws DEMO_TAPE_MALFORMED where the file does not hold together
 */
export function readTape(file: string = path.join(__dirname, 'tape', 'tape.json')): readonly TapeEntry[] {
  const tape = JSON.parse(readFileSync(file, 'utf8')) as TapeFile;
  const text: Text = (index) => {
    const found = tape.strings[index];
    if (found === undefined)
      throw new DemoError('DEMO_TAPE_MALFORMED', { missing: `string ${String(index)}` });
    return found;
  };
  return tape.entries.map((row) => entryOf(row, text));
}
