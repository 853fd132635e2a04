import { actionOf } from './action';
import { textOf } from './parse-payload';
import type { Instruction } from './transaction.form';

const ASSOCIATED_TOKEN_PROGRAM = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';

/** Account and wallet that an associated token account is made for; empty where the payload does not tell. */
function associated({ accounts, parsed }: Instruction): readonly [account: string, wallet: string] {
  if (parsed === null) return [accounts[1] ?? '', accounts[2] ?? ''];
  return [textOf(parsed.info['account']) ?? '', textOf(parsed.info['wallet']) ?? ''];
}

/**
 * Destinations of transfers between two parties: what one sends, the other owns. More parties tell nothing, and neither
 * does a single one, which may send to itself.
 */
function otherSides(
  instructions: readonly Instruction[],
): readonly (readonly [account: string, owner: string])[] {
  const transfers = instructions.flatMap((instruction) => {
    const action = actionOf(instruction);
    return action?.kind === 'transfer' ? [action] : [];
  });
  const parties = [...new Set(transfers.map(({ authority }) => authority))];
  if (parties.length !== 2) return [];
  return transfers.map(
    ({ to, authority }) => [to, parties.find((party) => party !== authority) ?? ''] as const,
  );
}

/**
 * Finds out who owns token accounts from what is done with them, for payloads of 2020 and early 2021 whose balances
 * name no owner: who opens an account, whom it is made for, who may move, burn or close it.
 *
 * @returns owner by token account; accounts that no instruction tells about are absent
 */
export function ownersFromInstructions(instructions: readonly Instruction[]): ReadonlyMap<string, string> {
  const certain: (readonly [string, string])[] = [];
  const likely: (readonly [string, string])[] = [];
  for (const instruction of instructions) {
    if (instruction.programId === ASSOCIATED_TOKEN_PROGRAM) certain.push(associated(instruction));
    const action = actionOf(instruction);
    if (action?.kind === 'open') certain.push([action.account, action.owner]);
    if (action?.kind === 'close') likely.push([action.account, action.authority]);
    if (action?.kind === 'transfer' || action?.kind === 'burn') likely.push([action.from, action.authority]);
  }
  const guessed = otherSides(instructions);
  return new Map(
    [...guessed, ...likely, ...certain].filter(([account, owner]) => account !== '' && owner !== ''),
  );
}
