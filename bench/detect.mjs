/*
 * How many transactions one core reads and judges a second, for each form, and what parsing their JSON costs apart.
 *
 *   node bench/detect.mjs [--compiled <src directory, default dist/src>] [--runs <number>]
 *
 * Judges the raw recordings where they lie beside the project, else the tape. Prints one JSON object.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const compiled = path.resolve(root, option('--compiled', 'dist/src'));
const runs = Number(option('--runs', 9));
const require = createRequire(import.meta.url);
const { readTransaction } = require(path.join(compiled, 'solana/domain/transaction'));
const { detectTrades } = require(path.join(compiled, 'solana/domain/trade'));
const { readTape } = require(path.join(compiled, 'demo/read-tape'));
const { toRpcTransaction } = require(path.join(compiled, 'demo/tape'));

/** Texts and the mint to judge, from the recordings or from the tape. */
function sources() {
  const corpus = path.resolve(root, '../shared/corpus');
  if (existsSync(path.join(corpus, 'labels.json'))) {
    const labels = JSON.parse(readFileSync(path.join(corpus, 'labels.json'), 'utf8'));
    const cases = labels.flatMap(({ file, decodedFile, focusMint }) =>
      [file, decodedFile]
        .filter(Boolean)
        .map((name) => ({ text: readFileSync(path.join(corpus, name), 'utf8'), mint: focusMint })),
    );
    return { from: 'recordings', cases };
  }
  const cases = readTape().flatMap((entry) => {
    const { signature, slot, blockTimeSec, mint } = entry;
    const place = { signature, slot: slot ?? 1, blockTimeSec: blockTimeSec ?? 1, mint };
    return entry.labels.map((label) => ({
      text: JSON.stringify(toRpcTransaction(entry, place)),
      mint: label.mint,
    }));
  });
  return { from: 'tape', cases };
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** Median microseconds of processor time of one call over all items: the machine may have other work. */
function microseconds(items, work) {
  const rounds = Math.max(1, Math.ceil(4000 / items.length));
  const once = () => {
    const started = process.cpuUsage();
    for (let round = 0; round < rounds; round++) for (const item of items) work(item);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / (rounds * items.length);
  };
  once();
  return median(Array.from({ length: runs }, once));
}

const { from, cases } = sources();
const byForm = new Map();
for (const { text, mint } of cases) {
  const payload = JSON.parse(text);
  const { form } = readTransaction(payload);
  byForm.set(form, [...(byForm.get(form) ?? []), { text, mint, payload }]);
}
const round = (number) => Math.round(number * 100) / 100;
const forms = Object.fromEntries(
  [...byForm].map(([form, items]) => {
    const parse = microseconds(items, ({ text }) => JSON.parse(text));
    const read = microseconds(items, ({ payload }) => readTransaction(payload));
    const judge = microseconds(items, ({ payload, mint }) => detectTrades(readTransaction(payload), mint));
    const row = {
      transactions: items.length,
      parseUs: round(parse),
      readUs: round(read),
      readAndJudgeUs: round(judge),
    };
    return [
      form,
      { ...row, perSecond: Math.round(1e6 / judge), perSecondWithParse: Math.round(1e6 / (judge + parse)) },
    ];
  }),
);
const all = [...byForm.values()].flat();
const overall = microseconds(all, ({ payload, mint }) => detectTrades(readTransaction(payload), mint));
const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
process.stdout.write(
  `${JSON.stringify({ claim: 'transactions judged per second on one core', from, runs, machine, forms, perSecond: Math.round(1e6 / overall) }, null, 2)}\n`,
);
