import { actionOf } from './action';
import type { Flows } from './flows';
import { programOf } from './programs';
import type { Call } from './purpose';
import type { Instruction } from './transaction.form';

/** Place of the user among the accounts of a swap; negative: counted from the end. By first data byte where it differs. */
type UserAt = number | Readonly<Record<number, number>>;

/**
 * Where listed swaps name their user. Sources: pump-fun/pump-public-docs idl/pump.json and pump_amm.json, raydium-io
 * raydium-amm, raydium-cp-swap, raydium-clmm and raydium-idl, orca-so/whirlpools, MeteoraAg dlmm-sdk, damm-v2,
 * dynamic-bonding-curve and damm-v1-sdk; sevenlabs-hq/carbon for the routes of Jupiter.
 */
const USER_AT: ReadonlyMap<string, UserAt> = new Map<string, UserAt>([
  [
    '6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P',
    { 0x66: 6, 0x33: 6, 0x38: 6, 0xb8: 13, 0x5d: 13, 0xc2: 13 },
  ],
  [
    'JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4',
    { 0xe5: 1, 0x96: 1, 0xd0: 1, 0xc1: 2, 0xe6: 2, 0xb0: 2, 0xbb: 0, 0x9d: 0, 0xd1: 1, 0x35: 1 },
  ],
  ['pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA', 1],
  ['675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8', -1],
  ['CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C', 0],
  ['CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK', 0],
  ['REALQqNEomY6cQGZJUGwywTBD2UmDT32rZcNnfxQ5N2', 0],
  ['LanMV9sAd7wArD4vJFi2qDdfnVhFxYSUg6eADduJ3uj', 0],
  ['whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc', { 0xf8: 1, 0x2b: 3 }],
  ['LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo', 10],
  ['cpamdpZCGKUy5JxQXB4dcpGPiikHawvSWAd6mEn1sGG', 8],
  ['dbcij3LWUppWqq96dh6gJWwBifmcGfLSB5D4DuSMaqN', 9],
  ['Eo7WjKq67rjJQSZxS6z3YkapzY3eMj6Xy8X5EQVn5UaB', 12],
]);

/** Where a quote-on-request fill names its taker. Source: the order engine's IDL, instruction `fill`. */
const TAKER_AT = 0;

function userOf(instruction: Instruction): string | null {
  const place = USER_AT.get(instruction.programId);
  const index = typeof place === 'object' ? place[instruction.data[0] ?? -1] : place;
  return index === undefined ? null : (instruction.accounts.at(index) ?? null);
}

function isPool(programId: string): boolean {
  const programClass = programOf(programId)?.programClass;
  return programClass === 'amm' || programClass === 'launchpad' || programClass === 'book';
}

/**
 * Owner on whose side a call acts: the user that its first swap names, or whoever pays before any pool is called. Some
 * pools pay out first, so that the first payment inside a swap tells nothing.
 */
function initiatorOf(call: Call, flows: Flows): string | null {
  for (const instruction of call.instructions) {
    const user = userOf(instruction);
    if (user !== null || isPool(instruction.programId)) return user;
    const action = actionOf(instruction);
    if (action?.kind === 'transfer' || action?.kind === 'burn')
      return flows.ownerOf(action.from) ?? action.authority;
    if (action?.kind === 'lamports' && !action.creates) return action.from;
  }
  return null;
}

/** The owners on whose side the calls of a transaction act, as far as instructions tell. */
export function initiatorsOf(calls: readonly Call[], flows: Flows): ReadonlySet<string> {
  const found = new Set<string>();
  for (const call of calls) {
    const owner = initiatorOf(call, flows);
    if (owner !== null) found.add(owner);
  }
  return found;
}

/** Users that listed swaps name, whoever pays first. */
export function namedUsersOf(calls: readonly Call[]): ReadonlySet<string | null> {
  const users = new Set<string | null>();
  for (const { instructions } of calls)
    for (const instruction of instructions) users.add(userOf(instruction));
  return users;
}

/** Taker that a quote-on-request fill names, or null where there is no such fill. */
export function namedTaker(calls: readonly Call[]): string | null {
  for (const call of calls) {
    const program = call.programs.find(({ programClass }) => programClass === 'rfq');
    const fill = call.instructions.find(({ programId }) => programId === program?.programId);
    if (fill !== undefined) return fill.accounts[TAKER_AT] ?? null;
  }
  return null;
}
