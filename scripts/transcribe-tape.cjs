/*
 * Transcribes the facts of recorded transactions into src/demo/tape/tape.json. Not part of the build.
 *
 *   node scripts/transcribe-tape.cjs <corpus directory> [compiled src directory, default dist/src]
 *
 * Kept are signature, slot, signers, programs with the first bytes of their instructions, transfers, owners, mints and
 * integer balances; what the judge does not ask for is left out.
 */
const fs = require('node:fs');
const path = require('node:path');

const [corpus, compiled = path.join(__dirname, '..', 'dist', 'src')] = process.argv.slice(2);
const load = (name) => require(path.resolve(compiled, name));
const { readTransaction, transactionBodies } = load('solana/domain/transaction');
const { actionOf, SYSTEM_PROGRAM } = load('solana/domain/action');
const { programOf } = load('solana/domain/programs');

const PLUMBING = new Set([
  SYSTEM_PROGRAM,
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
  'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  'ComputeBudget111111111111111111111111111111',
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
]);
const SELF_CALL = 'e445a52e51cb9a1d';

const strings = [];
const stringIndex = new Map();
function global(text) {
  if (!stringIndex.has(text)) stringIndex.set(text, strings.push(text) - 1);
  return stringIndex.get(text);
}

function u64(amount) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(amount);
  return bytes.toString('hex');
}

/** Wire form of what a native instruction does, the same for every encoding it was recorded in. */
function native(action) {
  switch (action.kind) {
    case 'lamports':
      return action.creates
        ? { accounts: [action.from, action.to], data: `00000000${u64(action.amount)}` }
        : { accounts: [action.from, action.to], data: `02000000${u64(action.amount)}` };
    case 'transfer':
      return { accounts: [action.from, action.to, action.authority], data: `03${u64(action.amount)}` };
    case 'mint':
      return { accounts: [action.mint, action.to], data: `07${u64(action.amount)}` };
    case 'burn':
      return { accounts: [action.from, action.mint, action.authority], data: `08${u64(action.amount)}` };
    default:
      return null;
  }
}

function callsOf(transaction, people) {
  const calls = [];
  for (const instruction of transaction.instructions) {
    const { programId, depth } = instruction;
    const action = actionOf(instruction);
    const call = action === null ? null : native(action);
    if (call !== null) {
      calls.push({ depth, programId, ...call });
    } else if (!PLUMBING.has(programId)) {
      const data = Buffer.from(instruction.data.slice(0, 8)).toString('hex');
      if (data === SELF_CALL) continue;
      const isListed = programOf(programId) !== undefined;
      const accounts = isListed
        ? instruction.accounts.map((key) => (people.has(key) ? key : SYSTEM_PROGRAM))
        : [];
      calls.push({
        depth,
        programId,
        accounts: accounts.every((key) => key === SYSTEM_PROGRAM) ? [] : accounts,
        data,
      });
    } else if (depth === 1) {
      calls.push({ depth, programId, accounts: [], data: '' });
    }
  }
  return calls.filter(({ depth, programId, data }, at) => {
    if (depth > 1 || !PLUMBING.has(programId) || data !== '') return true;
    return (calls[at + 1]?.depth ?? 1) > 1;
  });
}

function rawAmount(text, decimals) {
  const [whole, fraction = ''] = String(text).replace('-', '').split('.');
  return String(BigInt(whole + fraction.padEnd(decimals, '0')));
}

function labelRow(label, transaction) {
  const decimals = transaction.tokenBalances.find(({ mint }) => mint === label.focusMint)?.decimals ?? 0;
  const traders = label.ambiguous ? [] : (label.traders ?? (label.trader ? [label.trader] : []));
  const amount = label.ambiguous || label.amount === undefined ? null : rawAmount(label.amount, decimals);
  return [
    global(label.focusMint),
    label.expected,
    label.category,
    traders.map(global),
    amount,
    label.ambiguous ? 1 : 0,
  ];
}

function entryOf(file, labels) {
  const payload = JSON.parse(fs.readFileSync(path.join(corpus, file), 'utf8'));
  const transaction = readTransaction(payload);
  const [body] = transactionBodies(payload);
  const { accountKeys, lamportChanges, preLamports, signers } = transaction;
  const people = new Set([...signers, ...transaction.tokenBalances.map(({ owner }) => owner)]);
  const calls = transaction.failed ? [] : callsOf(transaction, people);
  const touched = new Set(calls.flatMap(({ accounts }) => accounts));
  const tokens = transaction.tokenBalances.filter(
    ({ account, change }) => change !== 0n || touched.has(account),
  );
  const keys = [...signers];
  const add = (key) => keys.includes(key) || keys.push(key);
  lamportChanges.forEach((change, index) => change !== 0 && add(accountKeys.at(index)));
  tokens.forEach(({ account }) => add(account));
  labels.forEach(({ focusMint }) => {
    for (let i = 0; i < accountKeys.length; i++) if (accountKeys.at(i) === focusMint) add(focusMint);
  });
  calls.forEach(({ programId, accounts }) => [programId, ...accounts].forEach(add));
  const all = Array.from({ length: accountKeys.length }, (_, index) => accountKeys.at(index));
  const lamports = keys.flatMap((key, local) => {
    const at = all.indexOf(key);
    const change = at < 0 ? 0 : lamportChanges[at];
    if (change === 0) return [];
    const pre = preLamports === null ? 1_000_000_000 + Math.max(0, -change) : preLamports[at];
    return [[local, pre, change]];
  });
  const amount = (value, change) =>
    preLamports === null ? String(change > 0n ? change : 0n) : (value?.toString() ?? null);
  const ordered = [...labels].sort(
    (a, b) =>
      (a.expected === 'none') - (b.expected === 'none') || (a.ambiguous ? 1 : 0) - (b.ambiguous ? 1 : 0),
  );
  return {
    name: path.basename(file, '.json'),
    signature: transaction.signature,
    slot: transaction.slot,
    time: transaction.blockTimeSec,
    version: body.version ?? 'legacy',
    network: labels[0].network ?? 'mainnet',
    fromChanges: preLamports === null ? 1 : 0,
    fee: Number(transaction.feeLamports),
    err: transaction.failed ? (body.meta?.err ?? body.transactionError) : null,
    signers: signers.length,
    keys: keys.map(global),
    lamports,
    tokens: tokens.map(({ account, mint, owner, decimals, pre, post, change }) => [
      keys.indexOf(account),
      global(mint),
      global(owner),
      decimals,
      amount(pre, -change),
      amount(post, change),
    ]),
    calls: calls.map(({ depth, programId, accounts, data }) => [
      depth,
      keys.indexOf(programId),
      accounts.map((key) => keys.indexOf(key)),
      data,
    ]),
    labels: ordered.map((label) => labelRow(label, transaction)),
  };
}

const byFile = new Map();
for (const label of JSON.parse(fs.readFileSync(path.join(corpus, 'labels.json'), 'utf8'))) {
  byFile.set(label.file, [...(byFile.get(label.file) ?? []), label]);
}
const entries = [...byFile].map(([file, labels]) => entryOf(file, labels));
const target = path.join(__dirname, '..', 'src', 'demo', 'tape', 'tape.json');
const rows = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
fs.writeFileSync(target, `{\n  "strings": ${JSON.stringify(strings)},\n  "entries": [\n${rows}\n  ]\n}\n`);
process.stdout.write(`${entries.length} entries, ${fs.statSync(target).size} bytes\n`);

// Mark what a demo chain may play: mainnet, at most one trader, judged the same with another mint.
const { readTape } = load('demo/read-tape');
const { toRpcTransaction } = load('demo/tape');
const { detectTrades } = load('solana/domain/trade');
const OTHER_MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';

function isPlayable(entry) {
  if (entry.network !== 'mainnet' || entry.slot === null || entry.labels[0].isAmbiguous) return false;
  const place = {
    signature: entry.signature,
    slot: entry.slot,
    blockTimeSec: entry.blockTimeSec,
    mint: OTHER_MINT,
  };
  const { verdict, trades } = detectTrades(readTransaction(toRpcTransaction(entry, place)), OTHER_MINT);
  return verdict === entry.expected && trades.length <= 1;
}

const playable = new Set(
  readTape(target)
    .filter(isPlayable)
    .map(({ name }) => name),
);
const marked = entries.map(
  (entry) => `    ${JSON.stringify({ ...entry, demo: playable.has(entry.name) ? 1 : 0 })}`,
);
fs.writeFileSync(
  target,
  `{\n  "strings": ${JSON.stringify(strings)},\n  "entries": [\n${marked.join(',\n')}\n  ]\n}\n`,
);
process.stdout.write(`${playable.size} of them playable\n`);
