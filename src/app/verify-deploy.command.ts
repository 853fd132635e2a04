import type { Authorities } from './operator/address';
import { runChecks } from './operator/check';
import type { Check } from './operator/check';
import { Deployment } from './operator/deployment';
import { administratorChecks } from './verify-deploy.inside';
import { publicChecks } from './verify-deploy.outside';

/** Which deployment is looked at. */
export interface DeployedWorld {
  /** Public address, without a path. */
  readonly url: string;
  /** Addresses of the instances themselves; empty where they cannot be reached one by one. */
  readonly instances: readonly string[];
  /** Null where it is not known here: what needs it fails. */
  readonly adminSecret: string | null;
  readonly authorities: Authorities;
}

/** Every check of a running deployment, in the order of its lines. */
export function deployedChecks(world: DeployedWorld): readonly Check[] {
  const front = new Deployment(world.url);
  const instances = world.instances.map((url) => new Deployment(url));
  return [
    ...publicChecks(front, instances, world.authorities),
    ...administratorChecks(front, instances, world.adminSecret),
  ];
}

/** Looks at a running deployment as viewers and administrators see it. It changes nothing. @returns 0 where no check failed, else 1 */
export async function verifyDeploy(
  world: DeployedWorld,
  skip: readonly string[],
  write: (line: string) => void,
): Promise<0 | 1> {
  return await runChecks(deployedChecks(world), skip, write);
}
