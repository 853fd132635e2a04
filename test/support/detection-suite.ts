/*
 * The specs of trade detection as one file: mutation testing runs them thousands of times, and opening each costs more than
 * its tests. The tape, the properties and the fuzzing are left out for their time. Jest itself never picks this file up.
 */
import '../../src/solana/domain/action.spec';
import '../../src/solana/domain/ends.spec';
import '../../src/solana/domain/exchange.spec';
import '../../src/solana/domain/facts.spec';
import '../../src/solana/domain/flows.spec';
import '../../src/solana/domain/initiators.spec';
import '../../src/solana/domain/judge.spec';
import '../../src/solana/domain/owners.spec';
import '../../src/solana/domain/parse-payload.spec';
import '../../src/solana/domain/pools.spec';
import '../../src/solana/domain/programs.spec';
import '../../src/solana/domain/purpose.spec';
import '../../src/solana/domain/quote.spec';
import '../../src/solana/domain/side-lamports.spec';
import '../../src/solana/domain/trade.spec';
import '../../src/solana/domain/traders.spec';
import '../../src/solana/domain/transaction.refusals.spec';
import '../../src/solana/domain/transaction.sparse.spec';
import '../../src/solana/domain/transaction.spec';
import '../../src/solana/domain/wallet.spec';
import '../../src/solana/domain/wire.spec';
