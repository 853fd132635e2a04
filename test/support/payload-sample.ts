import { SolanaError } from '../../src/solana/domain/solana.errors';
import { readTransaction } from '../../src/solana/domain/transaction';
import { TOKEN, ann, ben, pool } from './cast';
import { Scene, SOL, anchor, walletNamed } from './scene';
import type { JsonTransaction } from './transaction-forms';

/** The program that the sample calls. */
export const program = walletNamed('some program');

/** A swap and a burn by two signers, as `json` tells it. */
export function sample(): JsonTransaction {
  const scene = new Scene(ann, ben);
  scene.call(program, anchor('swap'), () => scene.move(TOKEN, pool, ann, 70n).move(SOL, ann, pool, 500n), [
    pool,
    ann,
  ]);
  scene.burn(TOKEN, ann, 5n);
  return scene.toRpc();
}

/** Paths that a refused payload lacks; the test fails where it is not refused by name. */
export function missingIn(payload: unknown): unknown {
  try {
    readTransaction(payload);
  } catch (error) {
    if (error instanceof SolanaError && error.code === 'SOLANA_TRANSACTION_MALFORMED')
      return error.context['missing'];
    throw error;
  }
  throw new Error('the payload was read');
}
