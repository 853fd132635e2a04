import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { detectTrades } from '../solana/domain/trade';
import type { Detection } from '../solana/domain/trade';
import { readTransaction } from '../solana/domain/transaction';
import { toBase64, toJsonParsed } from '../../test/support/transaction-forms';
import type { JsonTransaction } from '../../test/support/transaction-forms';
import { readTape } from './read-tape';
import { toRpcTransaction } from './tape';
import type { TapeEntry, TapeLabel } from './tape';

const tape = readTape();
const corpus = path.resolve(__dirname, '../../../shared/corpus');
const hasCorpus = existsSync(path.join(corpus, 'labels.json'));

function payloadOf(entry: TapeEntry, mint = entry.mint): JsonTransaction {
  const { signature, slot, blockTimeSec } = entry;
  return toRpcTransaction(entry, { signature, slot: slot ?? 1, blockTimeSec: blockTimeSec ?? 1, mint });
}

function summary({ verdict, trades }: Detection): string {
  const rows = trades.map(({ side, trader, amountRaw }) => `${side} ${amountRaw} by ${trader}`);
  return [verdict, ...rows].join('; ');
}

/** What differs from the label; '' where nothing does. */
function missOf(label: Omit<TapeLabel, 'mint' | 'category'>, found: Detection): string {
  if (label.isAmbiguous && label.expected !== 'none') return '';
  if (found.verdict !== label.expected) return `expected ${label.expected}, found ${summary(found)}`;
  if (label.traders.length === 0 || label.amountRaw === null) return '';
  const total = found.trades.reduce((sum, { amountRaw }) => sum + BigInt(amountRaw), 0n);
  const traders = found.trades.map(({ trader }) => trader);
  const isRight = traders.join() === label.traders.toSorted().join() && total === BigInt(label.amountRaw);
  return isRight ? '' : `expected ${label.amountRaw} by ${label.traders.join()}, found ${summary(found)}`;
}

function matrixOf(
  rows: readonly { name: string; expected: string; found: Detection }[],
): Record<string, number> {
  const matrix: Record<string, number> = {};
  for (const { expected, found } of rows) {
    const cell = `${expected} as ${found.verdict}`;
    matrix[cell] = (matrix[cell] ?? 0) + 1;
  }
  return matrix;
}

const judgements = tape.flatMap((entry) => {
  const transaction = readTransaction(payloadOf(entry));
  return entry.labels.map((label) => ({ entry, label, found: detectTrades(transaction, label.mint) }));
});

describe('detectTrades on the tape', () => {
  it('judges every label right: verdict, traders and exact amounts', () => {
    const misses = judgements
      .map(({ entry, label, found }) => ({ name: `${entry.name} ${label.mint}`, miss: missOf(label, found) }))
      .filter(({ miss }) => miss !== '');
    expect(misses).toEqual([]);
  });

  it('has nothing beside the diagonal of its confusion matrix', () => {
    const rows = judgements
      .filter(({ label }) => !label.isAmbiguous)
      .map(({ entry, label, found }) => ({ name: entry.name, expected: label.expected, found }));
    expect(matrixOf(rows)).toEqual({ 'buy as buy': 52, 'sell as sell': 47, 'none as none': 89 });
  });

  it('counts no intermediate hop and no circular arbitrage', () => {
    const passing = judgements.filter(({ label }) => ['route-hop', 'arbitrage'].includes(label.category));
    expect(passing.length).toBeGreaterThan(30);
    expect(passing.map(({ found }) => found.verdict)).toEqual(passing.map(() => 'none'));
  });

  it('counts a token that is bought and burned at once as a buy of what was bought', () => {
    const [burned] = judgements.filter(({ label }) => label.category === 'buy-and-burn');
    expect(burned?.found.trades.map(({ side, amountRaw }) => `${side} ${amountRaw}`)).toEqual([
      'BUY 202933216267544',
    ]);
  });

  it.each([
    ['jsonParsed', (json: JsonTransaction) => toJsonParsed(json)],
    ['base64', (json: JsonTransaction) => toBase64(json)],
    ['base64 of version 0', (json: JsonTransaction) => toBase64(json, 2)],
  ] as const)('judges the same transaction alike as %s', (_form, encode) => {
    for (const entry of tape) {
      const json = payloadOf(entry);
      const [label] = entry.labels;
      const plain = detectTrades(readTransaction(json), label?.mint ?? '');
      const other = detectTrades(readTransaction(encode(json)), label?.mint ?? '');
      expect({ name: entry.name, trades: other.trades, pools: other.pools }).toEqual({
        name: entry.name,
        trades: plain.trades,
        pools: plain.pools,
      });
    }
  });

  it('marks as playable what is judged the same with another mint', () => {
    const mint = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
    const playable = tape.filter(({ demo }) => demo);
    const different = playable.filter((entry) => {
      const found = detectTrades(readTransaction(payloadOf(entry, mint)), mint);
      return found.verdict !== entry.expected || found.trades.length > 1;
    });
    expect(different.map(({ name }) => name)).toEqual([]);
    expect(playable.filter(({ expected }) => expected !== 'none').length).toBeGreaterThan(60);
    expect(playable.filter(({ expected }) => expected === 'none').length).toBeGreaterThan(60);
  });
});

interface RawLabel {
  readonly file: string;
  readonly decodedFile?: string;
  readonly focusMint: string;
  readonly expected: TapeLabel['expected'];
  readonly trader?: string;
  readonly traders?: readonly string[];
  readonly amount?: string;
  readonly ambiguous?: boolean;
}

function rawAmount(text: string, decimals: number): string {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  return String(BigInt(whole + fraction.padEnd(decimals, '0')));
}

function judgeRaw(label: RawLabel, file: string): string {
  const payload: unknown = JSON.parse(readFileSync(path.join(corpus, file), 'utf8'));
  const found = detectTrades(readTransaction(payload), label.focusMint);
  const traders = label.traders ?? (label.trader === undefined ? [] : [label.trader]);
  const decimals = found.trades[0]?.decimals ?? 0;
  const amountRaw = label.amount === undefined ? null : rawAmount(label.amount, decimals);
  const isAmbiguous = label.ambiguous ?? false;
  const miss = missOf(
    { expected: label.expected, traders: isAmbiguous ? [] : traders, amountRaw, isAmbiguous },
    found,
  );
  return miss === '' && found.needsTransaction ? 'needs the transaction' : miss;
}

describe(
  hasCorpus ? 'detectTrades on the raw recordings' : 'detectTrades without the raw recordings (none here)',
  () => {
    it('judges every label right in every form it was recorded in', () => {
      const labels: readonly RawLabel[] = hasCorpus
        ? JSON.parse(readFileSync(path.join(corpus, 'labels.json'), 'utf8'))
        : [];
      const misses = labels.flatMap((label) =>
        [label.file, label.decodedFile]
          .filter((file) => file !== undefined)
          .map((file) => ({ file, mint: label.focusMint, miss: judgeRaw(label, file) }))
          .filter(({ miss }) => miss !== ''),
      );
      expect(misses).toEqual([]);
    });
  },
);
