import { runChecks } from './operator/check';
import type { Check } from './operator/check';
import { backupChecks } from './preflight.backup';
import { chainChecks } from './preflight.chain';
import { outsideChecks, variableChecks } from './preflight.outside';
import { serverChecks } from './preflight.servers';
import { readEnvironment } from './preflight.world';
import type { PreflightWorld } from './preflight.world';

/** Every check of a deployment that is going to be, in the order of its lines. */
export function preflightChecks(world: PreflightWorld): readonly Check[] {
  const read = readEnvironment(world.source);
  return [
    ...variableChecks(read),
    ...serverChecks(read.env),
    ...chainChecks(read.env, world.heliusRpcUrl),
    ...outsideChecks(read.env, world),
    ...backupChecks(read.env, world),
  ];
}

/** Looks at everything that a deployment needs. It changes nothing. @returns 0 where no check failed, else 1 */
export async function preflight(
  world: PreflightWorld,
  skip: readonly string[],
  write: (line: string) => void,
): Promise<0 | 1> {
  return await runChecks(preflightChecks(world), skip, write);
}
