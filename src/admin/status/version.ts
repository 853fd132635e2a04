import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of the service, from its package.json; `unknown` where that was not shipped. */
export const VERSION: string = findVersion(__dirname);

function findVersion(folder: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
      return String(manifest.version);
  } catch {
    // not here; perhaps above
  }
  const above = dirname(folder);
  return above === folder ? 'unknown' : findVersion(above);
}
