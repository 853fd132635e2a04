import { PublicError } from '../platform/public-error';
import type { ChainReader } from './chain-reader';
import { inspect } from './domain/inspection';
import type { Inspection } from './domain/inspection';
import { SolanaError } from './domain/solana.errors';
import { purposeIs } from './purpose-of-call';

/** Explains transactions of the chain to administrators. Changes nothing; its calls are counted for `inspect`. */
export class InspectionService {
  /** @param chain - null where this deployment reads no chain */
  constructor(private readonly chain: Pick<ChainReader, 'transaction'> | null) {}

  /**
   * Fetches a transaction and tells why it does or does not count for a token.
   *
   * @throws PublicError: CONFLICT where no chain is read, NOT_FOUND where no endpoint has it, SERVICE_UNAVAILABLE where
   *   none answers or the answer is no transaction
   */
  async inspect(signature: string, mint: string): Promise<Inspection> {
    const { chain } = this;
    if (chain === null) throw new PublicError('CONFLICT', 'this deployment reads no chain');
    try {
      const payload = await purposeIs('inspect', () => chain.transaction(signature, 'confirmed'));
      if (payload === null)
        throw new PublicError('NOT_FOUND', 'no endpoint has a confirmed transaction of it');
      return inspect(payload, mint);
    } catch (err) {
      if (!(err instanceof SolanaError)) throw err;
      throw new PublicError(
        'SERVICE_UNAVAILABLE',
        `the chain gave no answer (${err.code})`,
        {},
        { cause: err },
      );
    }
  }
}
