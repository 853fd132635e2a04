import { isAlive } from '../admin/domain/status';
import type { Health as Kept, InstanceReport, ServerStatus as Probed } from '../admin/domain/status';
import type { SystemStatus as Found } from '../admin/system-status.service';
import type {
  ChainStatus,
  HealthName,
  HistorianStatus,
  Instance,
  ServerStatus,
  SourceStatus,
  SystemStatus,
} from './types/status.type';

const healths: { readonly [Name in Kept]: Uppercase<Name> } = {
  healthy: 'HEALTHY',
  degraded: 'DEGRADED',
  unhealthy: 'UNHEALTHY',
};

/** The public form of the whole picture. */
export function statusPicture(found: Found): SystemStatus {
  const { atMs, clock } = found;
  return {
    at: atMs,
    health: healths[found.health],
    problems: found.problems,
    version: found.version,
    environment: found.nodeEnv,
    settingsVersion: found.settingsVersion,
    timers: found.timers.count,
    viewers: found.timers.viewers,
    redis: serverPicture(found.redis),
    postgres: serverPicture(found.postgres),
    clock: {
      health: healthName(clock.health),
      now: atMs,
      suspect: clock.isSuspect,
      hostAheadMs: clock.hostAheadMs,
    },
    chain: chainPicture(found),
    historian: historianPicture(found.historian),
    instances: found.instances.map((report) => instancePicture(report, found)),
  };
}

/** The public form of an instance. @param asked - shared time, and which instance answers */
export function instancePicture(
  report: InstanceReport,
  { atMs, instanceId }: Pick<Found, 'atMs' | 'instanceId'>,
): Instance {
  return {
    id: report.id,
    roles: report.roles,
    version: report.version,
    nodeVersion: report.nodeVersion,
    startedAt: report.startedAtMs,
    lastSeenAt: report.atMs,
    alive: isAlive(report, atMs),
    answering: report.id === instanceId,
    leader: report.isLeader,
    clockSuspect: report.isClockSuspect,
    sockets: report.sockets,
    memoryBytes: report.memoryBytes,
    eventLoopDelayMs: report.eventLoopDelayMs,
  };
}

function healthName(health: Kept): HealthName {
  return healths[health];
}

function serverPicture({ health, latencyMs, problem }: Probed): ServerStatus {
  return { health: healths[health], latencyMs, problem };
}

function chainPicture(found: Found): ChainStatus {
  const { chain } = found;
  return {
    health: healths[chain.health],
    kind: chain.kind,
    note: chain.note,
    lastSlot: chain.lastSlot,
    lastSeenAt: chain.lastSeenAtMs,
    pending: chain.pending,
    leader: chain.reader,
    sources: sourcesOf(found),
    endpoints: chain.endpoints.map(({ name, isUsable, slot, latencyMs, errorRatio }) => ({
      name,
      usable: isUsable,
      slot,
      latencyMs,
      errorRatio,
    })),
  };
}

function sourcesOf({ chain, isReadingEnabled, sources }: Found): SourceStatus[] {
  const isOn = isReadingEnabled && chain.kind !== 'off';
  const polling: SourceStatus = { source: 'POLLING', enabled: isOn, trust: null, missedTrades: null };
  const pushed = (source: 'WEBHOOK' | 'WEBSOCKET', isEnabled: boolean): SourceStatus => {
    const state = chain.pushes.find((push) => push.source === source);
    return {
      source,
      enabled: isOn && isEnabled,
      trust: state?.level ?? null,
      missedTrades: state?.missed ?? null,
    };
  };
  return [polling, pushed('WEBHOOK', sources.webhook), pushed('WEBSOCKET', sources.websocket)];
}

function historianPicture({ health, ...historian }: Found['historian']): HistorianStatus {
  const { lagEntries, lastCommitAtMs, mismatches, setAside } = historian;
  return { health: healths[health], lagEntries, lastCommitAt: lastCommitAtMs, mismatches, setAside };
}
