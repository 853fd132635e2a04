import { walletNamed } from '../../../test/support/scene';
import { actionOf, burnsTokens, movesTokens } from './action';
import { decodeBase58, encodeBase58 } from './base58';
import { NamedInstruction } from './instruction';

const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
const TOKEN_2022 = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';
const SYSTEM = '11111111111111111111111111111111';
const owner = walletNamed('owner');
const seven = '0700000000000000';

function raw(programId: string, accounts: readonly string[], hex: string): NamedInstruction {
  return new NamedInstruction(
    { outerIndex: 0, depth: 1 },
    programId,
    accounts,
    encodeBase58(Buffer.from(hex, 'hex')),
    null,
  );
}

function parsed(programId: string, type: string, info: Record<string, unknown>): NamedInstruction {
  return new NamedInstruction({ outerIndex: 0, depth: 1 }, programId, [], '', { type, info });
}

describe('actionOf', () => {
  const transfer = { kind: 'transfer', from: 'a', to: 'b', amount: 7n, authority: 'c' };
  const lamports = { kind: 'lamports', from: 'a', to: 'b', amount: 7n };

  it.each([
    ['a transfer', raw(TOKEN, ['a', 'b', 'c'], `03${seven}`), transfer],
    ['a checked transfer', raw(TOKEN_2022, ['a', 'mint', 'b', 'c'], `0c${seven}06`), transfer],
    ['a transfer with a fee', raw(TOKEN_2022, ['a', 'mint', 'b', 'c'], `1a01${seven}06`), transfer],
    ['a mint', raw(TOKEN, ['m', 'b'], `07${seven}`), { kind: 'mint', mint: 'm', to: 'b', amount: 7n }],
    [
      'a checked mint',
      raw(TOKEN, ['m', 'b'], `0e${seven}06`),
      { kind: 'mint', mint: 'm', to: 'b', amount: 7n },
    ],
    [
      'a burn',
      raw(TOKEN, ['a', 'm', 'c'], `08${seven}`),
      { kind: 'burn', from: 'a', mint: 'm', amount: 7n, authority: 'c' },
    ],
    [
      'a checked burn',
      raw(TOKEN, ['a', 'm', 'c'], `0f${seven}06`),
      { kind: 'burn', from: 'a', mint: 'm', amount: 7n, authority: 'c' },
    ],
    [
      'a closing',
      raw(TOKEN, ['a', 'b', 'c'], '09'),
      { kind: 'close', account: 'a', to: 'b', authority: 'c' },
    ],
    ['an opening', raw(TOKEN, ['a', 'm', 'c'], '01'), { kind: 'open', account: 'a', owner: 'c' }],
    [
      'an opening with the owner in its data',
      raw(TOKEN, ['a', 'm'], `12${Buffer.from(decodeBase58(owner) ?? []).toString('hex')}`),
      { kind: 'open', account: 'a', owner },
    ],
    ['a transfer of lamports', raw(SYSTEM, ['a', 'b'], `02000000${seven}`), { ...lamports, creates: false }],
    ['a new account', raw(SYSTEM, ['a', 'b'], `00000000${seven}`), { ...lamports, creates: true }],
    [
      'a new account with a seed',
      raw(SYSTEM, ['a', 'b'], `03000000${'00'.repeat(32)}02000000000000006162${seven}`),
      { ...lamports, creates: true },
    ],
    [
      'a transfer with a seed',
      raw(SYSTEM, ['a', 'base', 'b'], `0b000000${seven}`),
      { ...lamports, creates: false },
    ],
  ])('reads %s from its bytes', (_name, instruction, action) => {
    expect(actionOf(instruction)).toEqual(action);
  });

  it.each([
    [
      'a transfer',
      parsed(TOKEN, 'transfer', { source: 'a', destination: 'b', authority: 'c', amount: '7' }),
      transfer,
    ],
    [
      'a checked transfer of a multisig',
      parsed(TOKEN, 'transferChecked', {
        source: 'a',
        destination: 'b',
        multisigAuthority: 'c',
        tokenAmount: { amount: '7' },
      }),
      transfer,
    ],
    [
      'a mint',
      parsed(TOKEN, 'mintTo', { mint: 'm', account: 'b', amount: '7' }),
      { kind: 'mint', mint: 'm', to: 'b', amount: 7n },
    ],
    [
      'a burn',
      parsed(TOKEN, 'burnChecked', { mint: 'm', account: 'a', authority: 'c', tokenAmount: { amount: '7' } }),
      { kind: 'burn', from: 'a', mint: 'm', amount: 7n, authority: 'c' },
    ],
    [
      'a closing',
      parsed(TOKEN, 'closeAccount', { account: 'a', destination: 'b', owner: 'c' }),
      { kind: 'close', account: 'a', to: 'b', authority: 'c' },
    ],
    [
      'an opening',
      parsed(TOKEN, 'initializeAccount3', { account: 'a', owner: 'c' }),
      { kind: 'open', account: 'a', owner: 'c' },
    ],
    [
      'lamports',
      parsed(SYSTEM, 'transfer', { source: 'a', destination: 'b', lamports: 7 }),
      { ...lamports, creates: false },
    ],
    [
      'a new account',
      parsed(SYSTEM, 'createAccount', { source: 'a', newAccount: 'b', lamports: 7 }),
      { ...lamports, creates: true },
    ],
  ])('reads %s from what the node decoded', (_name, instruction, action) => {
    expect(actionOf(instruction)).toEqual(action);
  });

  it.each<[string, bigint]>([
    ['0000000000000000', 0n],
    ['0100000000000000', 1n],
    ['0001000000000000', 256n],
    ['0000010000000000', 65_536n],
    ['000000ff00000000', 0xff000000n],
    ['ffffffff00000000', 2n ** 32n - 1n],
    ['0000000001000000', 2n ** 32n],
    ['ffffffffffff1f00', 2n ** 53n - 1n],
    ['0100000000002000', 2n ** 53n + 1n],
    ['ffffffffffffffff', 2n ** 64n - 1n],
    ['0700', 7n],
  ])('reads the amount %s, little end first', (hex, amount) => {
    expect(actionOf(raw(TOKEN, ['a', 'b', 'c'], `03${hex}`))).toMatchObject({ amount });
  });

  it('reads an opening of the second kind', () => {
    const bytes = Buffer.from(decodeBase58(owner) ?? []).toString('hex');
    expect(actionOf(raw(TOKEN, ['a', 'm'], `10${bytes}`))).toEqual({ kind: 'open', account: 'a', owner });
  });

  it.each([
    ['initializeAccount', { account: 'a', owner: 'c' }, { kind: 'open', account: 'a', owner: 'c' }],
    ['initializeAccount2', { account: 'a', owner: 'c' }, { kind: 'open', account: 'a', owner: 'c' }],
    [
      'transferCheckedWithFee',
      { source: 'a', destination: 'b', authority: 'c', tokenAmount: { amount: '7' } },
      transfer,
    ],
    [
      'mintToChecked',
      { mint: 'm', account: 'b', tokenAmount: { amount: '7' } },
      { kind: 'mint', mint: 'm', to: 'b', amount: 7n },
    ],
    [
      'burn',
      { mint: 'm', account: 'a', authority: 'c', amount: 7 },
      { kind: 'burn', from: 'a', mint: 'm', amount: 7n, authority: 'c' },
    ],
    [
      'closeAccount',
      { account: 'a', destination: 'b', multisigOwner: 'c' },
      { kind: 'close', account: 'a', to: 'b', authority: 'c' },
    ],
    ['transfer', {}, { kind: 'transfer', from: '', to: '', amount: 0n, authority: '' }],
    ['transfer', { tokenAmount: null }, { kind: 'transfer', from: '', to: '', amount: 0n, authority: '' }],
    ['transfer', { tokenAmount: 'x' }, { kind: 'transfer', from: '', to: '', amount: 0n, authority: '' }],
    [
      'transfer',
      { tokenAmount: { amount: 'x' } },
      { kind: 'transfer', from: '', to: '', amount: 0n, authority: '' },
    ],
  ])('reads a decoded %s of %j', (type, info, action) => {
    expect(actionOf(parsed(TOKEN, type, info))).toEqual(action);
  });

  it.each([
    ['createAccountWithSeed', { source: 'a', newAccount: 'b', lamports: 7 }, { ...lamports, creates: true }],
    ['transferWithSeed', { source: 'a', destination: 'b', lamports: 7 }, { ...lamports, creates: false }],
    ['transfer', { lamports: 7 }, { ...lamports, from: '', to: '', creates: false }],
    ['allocate', { lamports: 7 }, null],
  ])('reads a decoded %s of the system program', (type, info, action) => {
    expect(actionOf(parsed(SYSTEM, type, info))).toEqual(action);
  });

  it('takes accounts that are missing for no account', () => {
    expect(actionOf(raw(TOKEN, [], `03${seven}`))).toEqual({ ...transfer, from: '', to: '', authority: '' });
    expect(actionOf(raw(TOKEN, [], `0c${seven}`))).toEqual({ ...transfer, from: '', to: '', authority: '' });
    expect(actionOf(raw(TOKEN, [], '09'))).toEqual({ kind: 'close', account: '', to: '', authority: '' });
    expect(actionOf(raw(SYSTEM, [], `02000000${seven}`))).toEqual({
      ...lamports,
      from: '',
      to: '',
      creates: false,
    });
    expect(actionOf(raw(SYSTEM, [], `0b000000${seven}`))).toEqual({
      ...lamports,
      from: '',
      to: '',
      creates: false,
    });
  });

  it.each([
    ['another program', raw(owner, ['a', 'b', 'c'], `03${seven}`)],
    ['a token instruction that moves nothing', raw(TOKEN, ['a'], '11')],
    ['a fee setting of Token-2022', raw(TOKEN_2022, ['a', 'm', 'b', 'c'], `1a00${seven}`)],
    ['a system instruction that moves nothing', raw(SYSTEM, ['a'], '01000000')],
    ['a decoded instruction that moves nothing', parsed(TOKEN, 'syncNative', { account: 'a' })],
    ['a decoded system instruction without lamports', parsed(SYSTEM, 'transfer', { source: 'a' })],
  ])('finds nothing in %s', (_name, instruction) => {
    expect(actionOf(instruction)).toBeNull();
  });
});

describe('movesTokens and burnsTokens', () => {
  it.each([
    ['03', true, false],
    ['0c', true, false],
    ['1a01', true, false],
    ['1a00', false, false],
    ['07', true, false],
    ['0e', true, false],
    ['08', true, true],
    ['0f', true, true],
    ['09', false, false],
    ['01', false, false],
    ['11', false, false],
    ['', false, false],
  ])('know the bytes %s', (hex, moves, burns) => {
    const instruction = raw(TOKEN, [], hex);
    expect([movesTokens(instruction), burnsTokens(instruction)]).toEqual([moves, burns]);
    const other = raw(owner, [], hex);
    expect([movesTokens(other), burnsTokens(other)]).toEqual([false, false]);
  });

  it.each([
    ['transfer', true, false],
    ['transferChecked', true, false],
    ['mintTo', true, false],
    ['burn', true, true],
    ['burnChecked', true, true],
    ['closeAccount', false, false],
    ['reburn', false, false],
  ])('know what the node calls %s', (type, moves, burns) => {
    const instruction = parsed(TOKEN_2022, type, {});
    expect([movesTokens(instruction), burnsTokens(instruction)]).toEqual([moves, burns]);
  });
});
