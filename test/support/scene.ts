import { createHash } from 'node:crypto';
import { encodeBase58 } from '../../src/solana/domain/base58';
import { canBeWallet } from '../../src/solana/domain/wallet';
import type { JsonBalance, JsonInstruction, JsonTransaction } from './transaction-forms';

/** Native SOL in a scene; wrapped SOL is a token with the mint of `WRAPPED_SOL`. */
export const SOL = 'SOL';
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112';
export const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
export const SYSTEM = '11111111111111111111111111111111';
const ACCOUNT_RENT = 2_039_280n;

const known = new Map<string, string>();

function addressLike(name: string, isWallet: boolean): string {
  const key = `${String(isWallet)} ${name}`;
  let found = known.get(key);
  for (let tries = 0; found === undefined; tries++) {
    const address = encodeBase58(
      createHash('sha256')
        .update(`${name}#${String(tries)}`)
        .digest(),
    );
    if (canBeWallet(address) === isWallet) found = address;
  }
  known.set(key, found);
  return found;
}

/** Address that a person can sign for; the same for the same name. */
export function walletNamed(name: string): string {
  return addressLike(name, true);
}

/** Address of a program's making, off the curve; the same for the same name. */
export function derivedNamed(name: string): string {
  return addressLike(name, false);
}

interface SceneInstruction {
  readonly programId: string;
  readonly accounts: readonly string[];
  readonly data: Uint8Array;
  readonly inner: SceneInstruction[];
}

interface SceneAccount {
  readonly owner: string;
  readonly mint: string;
  pre: bigint;
  post: bigint;
}

function u64(amount: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(amount);
  return bytes;
}

/** First eight data bytes of an Anchor instruction. */
export function anchor(name: string): Buffer {
  return createHash('sha256').update(`global:${name}`).digest().subarray(0, 8);
}

/** A transaction told as what moves, so that balances and instructions always agree. */
export class Scene {
  readonly #signers: readonly string[];
  readonly #tokens = new Map<string, SceneAccount>();
  readonly #lamports = new Map<string, { pre: bigint; post: bigint }>();
  readonly #decimals = new Map<string, number>();
  readonly #calls: SceneInstruction[] = [];
  #open: SceneInstruction | null = null;
  fee = 5000n;
  failed = false;

  constructor(...signers: string[]) {
    this.#signers = signers;
    for (const signer of signers) this.#wallet(signer);
  }

  /** Sets the decimals of a mint; 6 where nobody says. */
  mint(mint: string, decimals: number): this {
    this.#decimals.set(mint, decimals);
    return this;
  }

  /** Calls a program; what moves inside `body` happens in its inner instructions. */
  call(programId: string, data: Uint8Array, body: () => void, accounts: readonly string[] = []): this {
    this.#open = { programId, accounts, data, inner: [] };
    this.#calls.push(this.#open);
    body();
    this.#open = null;
    return this;
  }

  /** A call from inside the open one; what moves afterwards counts to the open one again. */
  inner(programId: string, data: Uint8Array, accounts: readonly string[] = []): this {
    this.#push({ programId, accounts, data, inner: [] });
    return this;
  }

  /** Moves an asset; `kept` of it stays on the way, as the fee of a Token-2022 mint does. */
  move(asset: string, from: string, to: string, amount: bigint, kept = 0n): this {
    if (asset === SOL) {
      this.#wallet(from).post -= amount;
      this.#wallet(to).post += amount;
      this.#push({
        programId: SYSTEM,
        accounts: [from, to],
        data: Buffer.concat([Buffer.from('02000000', 'hex'), u64(amount)]),
        inner: [],
      });
      return this;
    }
    this.#account(from, asset).post -= amount;
    this.#account(to, asset).post += amount - kept;
    const accounts = [accountOf(from, asset), accountOf(to, asset), from];
    this.#push({
      programId: TOKEN_PROGRAM,
      accounts,
      data: Buffer.concat([Buffer.from([3]), u64(amount)]),
      inner: [],
    });
    return this;
  }

  /** Moves lamports without an instruction, as a program does with an account of its own. */
  moveDirect(from: string, to: string, amount: bigint): this {
    this.#wallet(from).post -= amount;
    this.#wallet(to).post += amount;
    return this;
  }

  /** Makes new units of a mint. */
  create(mint: string, to: string, amount: bigint): this {
    this.#account(to, mint).post += amount;
    this.#push({
      programId: TOKEN_PROGRAM,
      accounts: [mint, accountOf(to, mint)],
      data: Buffer.concat([Buffer.from([7]), u64(amount)]),
      inner: [],
    });
    return this;
  }

  /** Destroys units of a mint. */
  burn(mint: string, from: string, amount: bigint): this {
    this.#account(from, mint).post -= amount;
    this.#push({
      programId: TOKEN_PROGRAM,
      accounts: [accountOf(from, mint), mint, from],
      data: Buffer.concat([Buffer.from([8]), u64(amount)]),
      inner: [],
    });
    return this;
  }

  /** Pays the rent of a new account. */
  rent(payer: string, account: string, lamports: bigint): this {
    this.#wallet(payer).post -= lamports;
    this.#lamports.set(account, { pre: 0n, post: lamports });
    this.#push({
      programId: SYSTEM,
      accounts: [payer, account],
      data: Buffer.concat([Buffer.alloc(4), u64(lamports)]),
      inner: [],
    });
    return this;
  }

  /** The result of `getTransaction` in encoding `json`; `order` shuffles the accounts behind the signers. */
  toRpc(order: (keys: string[]) => string[] = (keys) => keys): JsonTransaction {
    const keys = this.#keys(order);
    const index = (key: string): number => keys.indexOf(key);
    const instruction = ({ programId, accounts, data }: SceneInstruction): JsonInstruction => ({
      programIdIndex: index(programId),
      accounts: accounts.map(index),
      data: encodeBase58(data),
    });
    const inner = this.#calls.flatMap((call, at) =>
      call.inner.length === 0
        ? []
        : [{ index: at, instructions: call.inner.map((item) => ({ ...instruction(item), stackHeight: 2 })) }],
    );
    return {
      slot: 1000,
      blockTime: 1_700_000_000,
      transaction: {
        signatures: this.#signers.map((signer) => encodeBase58(createHash('sha512').update(signer).digest())),
        message: {
          header: { numRequiredSignatures: this.#signers.length },
          accountKeys: keys,
          instructions: this.#calls.map(instruction),
        },
      },
      meta: {
        err: this.failed ? { InstructionError: [0, 'Custom'] } : null,
        fee: Number(this.fee),
        preBalances: keys.map((key) => this.#lamportsOf(key, 'pre')),
        postBalances: keys.map(
          (key) => this.#lamportsOf(key, 'post') - (key === keys[0] ? Number(this.fee) : 0),
        ),
        preTokenBalances: this.#rows(keys, 'pre'),
        postTokenBalances: this.#rows(keys, 'post'),
        innerInstructions: inner,
        loadedAddresses: { writable: [], readonly: [] },
      },
    };
  }

  #push(instruction: SceneInstruction): void {
    (this.#open === null ? this.#calls : this.#open.inner).push(instruction);
  }

  #wallet(owner: string): { pre: bigint; post: bigint } {
    let lamports = this.#lamports.get(owner);
    if (lamports === undefined) {
      lamports = { pre: 10n ** 13n, post: 10n ** 13n };
      this.#lamports.set(owner, lamports);
    }
    return lamports;
  }

  #account(owner: string, mint: string): SceneAccount {
    const address = accountOf(owner, mint);
    let account = this.#tokens.get(address);
    if (account === undefined) {
      account = { owner, mint, pre: 10n ** 13n, post: 10n ** 13n };
      this.#tokens.set(address, account);
    }
    return account;
  }

  #keys(order: (keys: string[]) => string[]): string[] {
    const all = this.#calls.flatMap((call) => [call, ...call.inner]);
    const named = all.flatMap(({ programId, accounts }) => [programId, ...accounts]);
    const rest = new Set([...this.#tokens.keys(), ...this.#lamports.keys(), ...named]);
    for (const signer of this.#signers) rest.delete(signer);
    return [...this.#signers, ...order([...rest])];
  }

  #lamportsOf(key: string, side: 'pre' | 'post'): number {
    const account = this.#tokens.get(key);
    if (account?.mint === WRAPPED_SOL) return Number(account[side] + ACCOUNT_RENT);
    if (account !== undefined) return Number(ACCOUNT_RENT);
    return Number(this.#lamports.get(key)?.[side] ?? 1n);
  }

  #rows(keys: readonly string[], side: 'pre' | 'post'): JsonBalance[] {
    return [...this.#tokens].map(([address, account]) => ({
      accountIndex: keys.indexOf(address),
      mint: account.mint,
      owner: account.owner,
      uiTokenAmount: { amount: String(account[side]), decimals: this.#decimals.get(account.mint) ?? 6 },
    }));
  }
}

/** The token account that a scene gives an owner for a mint. */
export function accountOf(owner: string, mint: string): string {
  return derivedNamed(`${owner}/${mint}`);
}
