import { anchor } from '../../../test/support/scene';
import { listedPurpose, toldPurpose } from './instruction-kinds';
import { NamedInstruction } from './instruction';
import { encodeBase58 } from './base58';
import { callsOf } from './purpose';
import type { Instruction } from './transaction.form';

const JUPITER = 'JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4';
const RAYDIUM = '675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8';
const DLMM = 'LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo';
const LENDING = 'KLend2g3cP87fffoy8q1mQqGKjrxjC8boSyAYavgmjD';
const STAKE_POOL = 'SPoo1Ku8WFXoNDMHPsrGSTSG1Y47rzgn41SLUNakuHy';
const PERPS = 'PERPHjGBqRHArX4DySjwM6UJHiR3sWAatqfdBS2qQJu';
const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';

function at(depth: number, programId: string, data: Uint8Array = new Uint8Array(8)): Instruction {
  return new NamedInstruction({ outerIndex: 0, depth }, programId, [], encodeBase58(data), null);
}

function purposes(...instructions: Instruction[]): (string | null)[] {
  return callsOf(instructions).map(({ purpose }) => purpose);
}

describe('callsOf', () => {
  it('makes one call of each outer instruction with what it called', () => {
    const calls = callsOf([
      at(1, TOKEN_PROGRAM),
      at(1, JUPITER),
      at(2, RAYDIUM, Buffer.from([9])),
      at(1, 'unlisted'),
    ]);
    expect(calls.map(({ isPlumbing, programs }) => [isPlumbing, programs.map(({ name }) => name)])).toEqual([
      [true, []],
      [false, ['Jupiter v6', 'Raydium AMM v4']],
      [false, []],
    ]);
    expect(callsOf([])).toEqual([]);
  });

  it('lets the outermost listed program decide', () => {
    expect(purposes(at(1, JUPITER), at(2, DLMM, anchor('add_liquidity')))).toEqual(['swap']);
    expect(purposes(at(1, LENDING), at(2, JUPITER))).toEqual(['lending']);
    expect(purposes(at(1, 'unlisted'), at(2, STAKE_POOL), at(3, RAYDIUM, Buffer.from([9])))).toEqual([
      'staking',
    ]);
  });

  it('lets a swap win among what an unlisted program calls', () => {
    expect(
      purposes(at(1, 'unlisted'), at(2, DLMM, anchor('add_liquidity')), at(2, DLMM, anchor('swap'))),
    ).toEqual(['swap']);
    expect(purposes(at(1, 'unlisted', anchor('deposit')), at(2, RAYDIUM, Buffer.from([9])))).toEqual([
      'swap',
    ]);
  });

  it('leaves to the balances what neither class nor name tells', () => {
    expect(purposes(at(1, DLMM, anchor('something_new')))).toEqual([null]);
    expect(purposes(at(1, 'unlisted'))).toEqual([null]);
  });

  it('looks no deeper than a listed instruction that tells, but beside it', () => {
    const liquidity = at(2, DLMM, anchor('add_liquidity'));
    expect(purposes(at(1, 'unlisted'), liquidity, at(3, RAYDIUM, Buffer.from([9])))).toEqual(['liquidity']);
    expect(purposes(at(1, 'unlisted'), liquidity, at(2, RAYDIUM, Buffer.from([9])))).toEqual(['swap']);
    expect(purposes(at(1, 'unlisted'), at(2, DLMM), at(3, RAYDIUM, Buffer.from([9])))).toEqual(['swap']);
  });

  it('keeps the first purpose where none is a swap', () => {
    expect(purposes(at(1, 'unlisted'), at(2, DLMM, anchor('add_liquidity')), at(2, STAKE_POOL))).toEqual([
      'liquidity',
    ]);
  });

  it('never asks a bot what it does, and believes names of outer instructions alone', () => {
    const bot = 'BSfD6SHZigAfDWSjzD5Q41jw8LmKwtmjskPH9XW1mrRW';
    expect(purposes(at(1, bot, anchor('add_liquidity')))).toEqual([null]);
    expect(purposes(at(1, 'unlisted'), at(2, 'another', anchor('stake')))).toEqual([null]);
    expect(purposes(at(1, 'unlisted', anchor('stake')), at(2, 'another'))).toEqual(['staking']);
  });

  it('takes a perpetuals program at its word only for a swap', () => {
    expect(purposes(at(1, PERPS, anchor('swap')))).toEqual(['swap']);
    expect(purposes(at(1, PERPS, anchor('add_liquidity2')))).toEqual(['liquidity']);
    expect(purposes(at(1, PERPS, anchor('increase_position')))).toEqual(['perps']);
  });
});

describe('listedPurpose', () => {
  it.each([
    [RAYDIUM, 'amm', Buffer.from([9]), 'swap'],
    [RAYDIUM, 'amm', Buffer.from([1]), 'liquidity'],
    [RAYDIUM, 'amm', Buffer.from([99]), null],
    [DLMM, 'amm', anchor('deposit'), 'liquidity'],
    [DLMM, 'amm', anchor('claim_fee'), 'claim'],
    ['x', 'launchpad', anchor('withdraw'), 'migration'],
    ['x', 'launchpad', anchor('deposit'), null],
    ['x', 'orders', anchor('withdraw'), 'order'],
    ['x', 'amm', Buffer.from([1, 2]), null],
    ['x', 'amm', anchor('swap').subarray(0, 7), null],
    ['x', 'amm', Buffer.concat([anchor('swap'), Buffer.from([1])]), 'swap'],
    [RAYDIUM, 'amm', Buffer.alloc(0), null],
  ] as const)('of %s (%s) is %s %s', (programId, programClass, data, purpose) => {
    expect(listedPurpose(programId, programClass, data)).toBe(purpose);
  });
});

describe('toldPurpose', () => {
  it('believes a telling name, but never that something is a swap', () => {
    expect(toldPurpose(anchor('withdraw'))).toBe('vault');
    expect(toldPurpose(anchor('claim_rewards'))).toBe('claim');
    expect(toldPurpose(anchor('swap'))).toBeNull();
    expect(toldPurpose(Buffer.from([1]))).toBeNull();
  });
});
