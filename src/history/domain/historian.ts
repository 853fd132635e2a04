/** How the writing of history goes on an instance. */
export interface HistorianStatus {
  /** False where the instance has not the role, or has stopped. */
  readonly isRunning: boolean;
  /** False while entries cannot be read or written here; true where nothing runs. */
  readonly isHealthy: boolean;
  /** Entries of all timers that are not in Postgres yet; null while Redis cannot be asked. */
  readonly lagEntries: number | null;
  /** The instance's own clock at its last commit, epoch ms; null before the first. */
  readonly lastCommitAtMs: number | null;
  /** Alarms since start: identities that came with other content than Postgres holds. */
  readonly mismatches: number;
  /** Entries set aside since start. */
  readonly setAside: number;
}
