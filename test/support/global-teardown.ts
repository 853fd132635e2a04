import { removeTestFolder, runFolder } from './run-folder';

/** Runs once after all suites: ends the servers of the run and removes their data. */
export default async function tearDown(): Promise<void> {
  await removeTestFolder(runFolder());
}
