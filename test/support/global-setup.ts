import { openRunFolder, sweepOldFolders } from './run-folder';

/** Runs once before all suites: only the folder is made; servers start when the first suite asks for one. */
export default async function setUp(): Promise<void> {
  await sweepOldFolders();
  await openRunFolder();
}
