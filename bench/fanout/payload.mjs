/*
 * What is published for each server, so that all of them send the same fields of the same timer: our own process takes
 * the message of a commit, the stock server the object it resolves, the bare one the text it sends.
 */
const TOKEN = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const WSOL = 'So11111111111111111111111111111111111111112';
const SIGNATURE = '5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW';

const TRADE_FIELDS =
  'signature index slot blockTime detectedAt side amount trader price program source movedDeadline';
const TIMER_FIELDS =
  'id tokenAddress status round epoch revision durationMs startedAt deadline remainingMs serverTime waitingTrades viewers stale';

/** The operations that are measured, with the text before the running number of a message. */
export const operations = {
  updates: {
    query: `subscription { timerUpdated { ${TIMER_FIELDS} } }`,
    marker: '"revision":',
    hasState: true,
  },
  trades: { query: `subscription { tradeDetected { ${TRADE_FIELDS} } }`, marker: '"slot":', hasState: false },
};

/** The first number that is published; above the revision a fresh timer has, and of the same length throughout. */
export const FIRST_NUMBER = 100_001;

function timer(number, nowMs) {
  return {
    id: 'global',
    tokenAddress: TOKEN,
    status: 'RUNNING',
    round: 1,
    epoch: 1,
    revision: number,
    durationMs: 600_000,
    startedAt: nowMs - 1_000,
    deadline: nowMs + 600_000,
    remainingMs: 600_000,
    serverTime: nowMs,
    waitingTrades: 0,
    viewers: 5_000,
    stale: false,
  };
}

function trade(number, nowMs) {
  return {
    signature: SIGNATURE,
    index: number,
    slot: number,
    blockTime: nowMs - 1_000,
    detectedAt: nowMs,
    side: 'BUY',
    amount: '2.5',
    trader: TOKEN,
    price: '2',
    program: 'raydium',
    source: 'POLLING',
    movedDeadline: true,
  };
}

/** The message of a commit, as our process publishes it to its instances. */
function change(operation, number, nowMs, epoch) {
  const { id, tokenAddress, round, durationMs } = timer(number, nowMs);
  const view = {
    id,
    tokenAddress,
    watchedAddresses: [tokenAddress],
    phase: 'RUNNING',
    isClosing: false,
    round,
    epoch,
    revision: number,
    durationMs,
    startedAtMs: nowMs - 1_000,
    deadlineMs: nowMs + 600_000,
    pausedRemainingMs: 0,
    lastTrade: null,
    waitingTrades: 0,
    rules: {
      sides: ['BUY', 'SELL'],
      minAmount: '0',
      mode: 'RESET',
      extendByMs: 60_000,
      maxRemainingMs: null,
    },
  };
  const { index, slot, side, trader, program, source, movedDeadline } = trade(number, nowMs);
  const folded = {
    signature: SIGNATURE,
    index,
    slot,
    blockIndex: null,
    blockTimeMs: nowMs - 1_000,
    detectedAtMs: nowMs,
    mint: TOKEN,
    side,
    amountRaw: '2500000',
    decimals: 6,
    trader,
    quoteMint: WSOL,
    quoteRaw: '5000000000',
    quoteDecimals: 9,
    program,
    source,
    round,
    movedDeadline,
    isWaiting: false,
  };
  return { view, trades: operation === 'trades' ? [folded] : [], ended: [], isDeleted: false };
}

/** Channel and text of one publication. */
export function publication({ name, prefix, epoch }, operation, number) {
  const nowMs = Date.now();
  if (name === 'ours')
    return [`${prefix}:{global}:changes`, JSON.stringify(change(operation, number, nowMs, epoch))];
  const field = operation === 'trades' ? 'tradeDetected' : 'timerUpdated';
  const data = { [field]: operation === 'trades' ? trade(number, nowMs) : timer(number, nowMs) };
  if (name === 'stock') return [field, JSON.stringify(data)];
  const id = '00000000-0000-4000-8000-000000000000';
  return ['bare', JSON.stringify({ id, type: 'next', payload: { data } })];
}
