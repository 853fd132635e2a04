import { decimalOf, divideRaw } from '../../timer/domain/decimal';
import type { Facts } from './facts';
import { malformed } from './parse-payload';
import { detectTrades } from './trade';
import type { DetectedTrade } from './trade';
import { readTransaction, transactionBodies } from './transaction';

/** A detected trade with amounts for people: exact decimals in units of the token. */
export interface InspectedTrade extends DetectedTrade {
  readonly amount: string;
  readonly quoteAmount: string | null;
  /** Quote per token; null where no single asset was the price. */
  readonly price: string | null;
}

/** Why a transaction does or does not count for a token. */
export interface Inspection {
  readonly verdict: 'buy' | 'sell' | 'mixed' | 'none';
  readonly trades: readonly InspectedTrade[];
  readonly needsTransaction: boolean;
  readonly pools: readonly string[];
  readonly facts: Facts;
}

function inspected(trade: DetectedTrade): InspectedTrade {
  const { amountRaw, decimals, quoteRaw, quoteDecimals } = trade;
  const amount = decimalOf(amountRaw, decimals);
  if (quoteRaw === null || quoteDecimals === null)
    return { ...trade, amount, quoteAmount: null, price: null };
  const price = divideRaw({ raw: quoteRaw, decimals: quoteDecimals }, { raw: amountRaw, decimals });
  return { ...trade, amount, quoteAmount: decimalOf(quoteRaw, quoteDecimals), price };
}

/**
 * Picks the transaction that is meant out of a body.
 *
 * @param signature - needed where the body holds several; null for whatever single one is there
 * @throws SOLANA_TRANSACTION_MALFORMED where several are there and none is named, or the named one is not there
 */
export function bodyNamed(payload: unknown, signature: string | null): unknown {
  const bodies = transactionBodies(payload);
  if (signature === null) {
    if (bodies.length > 1) throw malformed('signature: the body holds several transactions');
    return bodies[0];
  }
  const [only] = bodies;
  // what is no transaction says itself what it lacks
  if (bodies.length === 1 && signatureOf(only) === null) return only;
  const named = bodies.find((body) => signatureOf(body) === signature);
  if (named === undefined) throw malformed(`transaction ${signature}`);
  return named;
}

function signatureOf(body: unknown): string | null {
  try {
    return readTransaction(body).signature;
  } catch {
    return null;
  }
}

/**
 * Judges a payload of any form and tells why. Changes nothing.
 *
 * @throws SOLANA_TRANSACTION_MALFORMED with `missing`
 */
export function inspect(payload: unknown, mint: string): Inspection {
  const { verdict, trades, needsTransaction, pools, facts } = detectTrades(readTransaction(payload), mint);
  return { verdict, trades: trades.map(inspected), needsTransaction, pools, facts };
}
