import { TOKEN_PROGRAMS } from './action';
import { listedPurpose, toldPurpose } from './instruction-kinds';
import type { Purpose } from './instruction-kinds';
import { programOf } from './programs';
import type { ProgramClass } from './programs.form';
import type { Program } from './programs';
import type { Instruction } from './transaction.form';

/** Programs that only move or prepare; they say nothing about the purpose. */
const PLUMBING: ReadonlySet<string> = new Set([
  ...TOKEN_PROGRAMS,
  '11111111111111111111111111111111',
  'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  'ComputeBudget111111111111111111111111111111',
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
]);

/** One outer instruction with everything it called, and what that was for. */
export interface Call {
  readonly instructions: readonly Instruction[];
  /** Null where nothing tells: balances alone decide. */
  readonly purpose: Purpose | null;
  /** Programs of the table, outermost first. */
  readonly programs: readonly Program[];
  readonly isPlumbing: boolean;
}

/** Classes whose programs have one purpose, whatever they are told to do. */
const PURPOSE_OF_CLASS: ReadonlyMap<ProgramClass, Purpose> = new Map<ProgramClass, Purpose>([
  ['lending', 'lending'],
  ['staking', 'staking'],
  ['vault', 'vault'],
  ['nft', 'nft'],
  ['bridge', 'bridge'],
  ['airdrop', 'airdrop'],
  ['rfq', 'swap'],
]);

/** What an instruction is for where neither its name nor its first byte tells; absent: balances alone decide. */
const USUAL_PURPOSE: ReadonlyMap<ProgramClass, Purpose> = new Map<ProgramClass, Purpose>([
  ['aggregator', 'swap'],
  ['perps', 'perps'],
]);

/** What an instruction of a listed program is for. */
function purposeOf({ programId, programClass }: Program, instruction: Instruction): Purpose | null {
  const only = PURPOSE_OF_CLASS.get(programClass);
  if (only !== undefined || programClass === 'bot') return only ?? null;
  return listedPurpose(programId, programClass, instruction.data) ?? USUAL_PURPOSE.get(programClass) ?? null;
}

function callOf(instructions: readonly Instruction[]): Call {
  const programs: Program[] = [];
  let found: Purpose | null = null;
  let told: Purpose | null = null;
  let isPlumbing = true;
  let coveredBelow = Infinity;
  for (const instruction of instructions) {
    if (PLUMBING.has(instruction.programId)) continue;
    isPlumbing = false;
    const program = programOf(instruction.programId);
    if (program !== undefined && !programs.includes(program)) programs.push(program);
    if (instruction.depth > coveredBelow) continue;
    coveredBelow = Infinity;
    if (program === undefined) {
      if (instruction.depth === 1) told = toldPurpose(instruction.data);
      continue;
    }
    const purpose = purposeOf(program, instruction);
    if (purpose === null) continue;
    coveredBelow = instruction.depth;
    if (found === null || purpose === 'swap') found = purpose;
  }
  return { instructions, purpose: found ?? told, programs, isPlumbing };
}

/**
 * Splits a transaction into its outer calls and says what each is for.
 *
 * The outermost listed instruction of a branch decides, so that liquidity inside a route is still a route; where a call
 * holds several, a swap wins.
 */
export function callsOf(instructions: readonly Instruction[]): readonly Call[] {
  const calls: Call[] = [];
  let start = 0;
  for (let at = 1; at <= instructions.length; at++) {
    const next = instructions[at];
    if (next !== undefined && next.depth > 1) continue;
    calls.push(callOf(instructions.slice(start, at)));
    start = at;
  }
  return instructions.length === 0 ? [] : calls;
}
