import type { LogLine } from '../../src/history/domain/log-lines';
import { audit } from '../../src/history/check/audit.command';
import type { RoundEnd } from '../../src/timer/domain/timer';
import type { History, ToldEnd } from './history';
import { repeated } from './rules.trades';

/** The recorded ends and the shared state are what the fold over the chain and the accepted acts gives. */
export async function roundsFolded({ log, calm }: History): Promise<string[]> {
  const folded = await audit(parts(log), null);
  if (folded === null) return ['there is no timer'];
  const wrong = folded.differences.map(
    ({ round, field, recorded, computed }) =>
      `round ${round}: ${field} is ${String(recorded)} and should be ${String(computed)}`,
  );
  const last = calm.shared.at(-1);
  if (last === undefined) return wrong;
  const { round, phase, deadlineMs } = folded.open;
  const shown = { round: last.round, phase: last.status === 'SETTLING' ? 'RUNNING' : last.status };
  if (shown.round !== round || shown.phase !== phase)
    wrong.push(
      `the timer is ${shown.phase} in round ${shown.round} and should be ${phase} in round ${round}`,
    );
  if (last.deadline !== null && last.deadline !== deadlineMs)
    wrong.push(`the deadline is ${last.deadline} and should be ${deadlineMs}`);
  return wrong;
}

/** Rounds end one after the other, each once, for Postgres and for everybody. */
export function endsOnce({ log, viewers, hasLostWrites }: History): string[] {
  const rounds = recordedIn(log).map(({ round }) => round);
  const gaps = rounds.filter((round, at) => at > 0 && round !== (rounds[at - 1] ?? 0) + 1);
  const told = viewers.flatMap(({ name, ends }) =>
    repeated(ends.map(({ round }) => round)).map(
      (round) => `${name} was told twice that round ${round} ended`,
    ),
  );
  return [
    ...repeated(rounds).map((round) => `round ${round} has two ends`),
    ...gaps.map((round) => `round ${round} does not follow the one before it`),
    ...(hasLostWrites ? [] : told),
  ];
}

/** Whatever was told of an end is in Postgres, was there when it was told, and is still the same. */
export function endsDurable({ log, viewers, looks }: History): string[] {
  const recorded = new Map(recordedIn(log).map((end) => [end.round, end]));
  return [
    ...looks
      .filter(({ isThere }) => !isThere)
      .map(({ round }) => `the end of round ${round} was told and not in Postgres`),
    ...viewers.flatMap(({ name, ends, states }) => [
      ...ends.flatMap((end) => problemOf(end, recorded.get(end.round), name)),
      ...[...new Set(states.map(({ status, round }) => (status === 'EXPIRED' ? round : round - 1)))]
        .filter((round) => round > 0 && !recorded.has(round))
        .map((round) => `${name} saw round ${round} over, and it has no end in Postgres`),
    ]),
  ];
}

function problemOf(told: ToldEnd, recorded: RoundEnd | undefined, name: string): string[] {
  if (recorded === undefined) return [`${name} was told that round ${told.round} ended, Postgres was not`];
  const isSame =
    told.endedAt === recorded.endedAtMs && told.winner === recorded.winner && told.isVoid === recorded.isVoid;
  return isSame ? [] : [`${name} was told another end of round ${told.round} than Postgres has`];
}

function recordedIn(log: readonly LogLine[]): RoundEnd[] {
  return log.flatMap((line) => (line.kind === 'end' ? [line.end] : []));
}

async function* parts(log: readonly LogLine[]): AsyncGenerator<readonly LogLine[]> {
  yield log;
}
