import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist/src');

/** For packages in the form that the service uses. */
export const require = createRequire(import.meta.url);

/** A module of the built service. */
export function built(file) {
  return require(path.join(dist, file));
}
