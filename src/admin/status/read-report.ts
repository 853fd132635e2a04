import type { InstanceReport } from '../domain/status';

const NOTHING = {
  roles: [],
  version: 'unknown',
  nodeVersion: 'unknown',
  startedAtMs: 0,
  isLeader: false,
  isClockSuspect: false,
  sockets: 0,
  memoryBytes: 0,
  eventLoopDelayMs: 0,
};

/** Reads what an instance told, also one of another version of the service; null for anything else. */
export function readReport(text: string): InstanceReport | null {
  try {
    const value = JSON.parse(text) as Partial<InstanceReport> | null;
    const isReport = typeof value?.id === 'string' && typeof value.atMs === 'number';
    return isReport ? ({ ...NOTHING, ...value } as InstanceReport) : null;
  } catch {
    return null;
  }
}
