import { ann, ben, cas, pool, TOKEN } from '../../../test/support/cast';
import { SYSTEM, TOKEN_PROGRAM } from '../../../test/support/scene';
import { encodeBase58 } from './base58';
import { NamedInstruction } from './instruction';
import { ownersFromInstructions } from './owners';
import type { Instruction, ParsedInstruction } from './transaction.form';

const ASSOCIATED = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';
const place = { outerIndex: 0, depth: 1 };

function made(programId: string, accounts: readonly string[], bytes: readonly number[] = []): Instruction {
  return new NamedInstruction(place, programId, accounts, encodeBase58(Uint8Array.from(bytes)), null);
}

function parsed(programId: string, form: ParsedInstruction): Instruction {
  return new NamedInstruction(place, programId, [], '', form);
}

const amount = [5, 0, 0, 0, 0, 0, 0, 0];
const transfer = (from: string, to: string, by: string): Instruction =>
  made(TOKEN_PROGRAM, [from, to, by], [3, ...amount]);

function owners(...instructions: Instruction[]): Record<string, string> {
  return Object.fromEntries(ownersFromInstructions(instructions));
}

describe('ownersFromInstructions', () => {
  it('knows whom an associated account is made for, in both forms', () => {
    expect(owners(made(ASSOCIATED, [ann, 'account', ben]))).toEqual({ account: ben });
    expect(owners(parsed(ASSOCIATED, { type: 'create', info: { account: 'account', wallet: ben } }))).toEqual(
      {
        account: ben,
      },
    );
  });

  it('knows nothing where an associated account names too little', () => {
    expect(owners(made(ASSOCIATED, [ann]))).toEqual({});
    expect(owners(made(ASSOCIATED, [ann, 'account']))).toEqual({});
    expect(owners(parsed(ASSOCIATED, { type: 'create', info: {} }))).toEqual({});
  });

  it('knows who opens, closes, moves and burns', () => {
    expect(owners(made(TOKEN_PROGRAM, ['opened', TOKEN, ann], [1]))).toEqual({ opened: ann });
    expect(owners(made(TOKEN_PROGRAM, ['closed', ann, ben], [9]))).toEqual({ closed: ben });
    expect(owners(transfer('from', 'to', cas))).toEqual({ from: cas });
    expect(owners(made(TOKEN_PROGRAM, ['burned', TOKEN, cas], [8, ...amount]))).toEqual({ burned: cas });
  });

  it('believes what made an account more than who moved its tokens', () => {
    expect(owners(transfer('x', 'to', cas), made(TOKEN_PROGRAM, ['x', TOKEN, ann], [1]))).toEqual({ x: ann });
    expect(owners(made(TOKEN_PROGRAM, ['x', TOKEN, ann], [1]), transfer('x', 'to', cas))).toEqual({ x: ann });
  });

  it('gives what one of two parties sends to the other', () => {
    expect(owners(transfer('a', 'b', ann), transfer('c', 'd', pool))).toEqual({
      a: ann,
      b: pool,
      c: pool,
      d: ann,
    });
  });

  it('gives nobody what one of three parties sends', () => {
    const three = [transfer('a', 'b', ann), transfer('c', 'd', ben), transfer('e', 'f', cas)];
    expect(owners(...three)).toEqual({ a: ann, c: ben, e: cas });
  });

  it('knows nothing of other programs and of mints', () => {
    expect(owners(made(SYSTEM, [ann, ben], [2, 0, 0, 0, ...amount]))).toEqual({});
    expect(owners(made(TOKEN_PROGRAM, [TOKEN, 'to', ann], [7, ...amount]))).toEqual({});
    expect(owners()).toEqual({});
  });
});
