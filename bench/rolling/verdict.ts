import type { Scene } from './scene';

/** One thing that had to be, and what was. */
export interface Check {
  readonly name: string;
  readonly isMet: boolean;
  readonly found: unknown;
}

/** How an instance ended. */
export interface Ending {
  readonly exitCode: number | null;
  /** From SIGTERM to the exit. */
  readonly tookMs: number;
  /** Connections that it had. */
  readonly had: number;
}

type Trades = readonly { readonly id: string; readonly times: number }[];

/** Looks at everything that had to be. @param trades - ids of all trades that the database holds, with how often */
export function checksOf(scene: Scene, endings: readonly Ending[], trades: Trades): Check[] {
  return [...connectionChecks(scene, endings), ...tradeChecks(scene, trades), ...endChecks(scene)];
}

function connectionChecks(scene: Scene, endings: readonly Ending[]): Check[] {
  const { connections, viewers, readers, requests } = scene;
  const everybody = [...viewers, ...readers];
  const exits = endings.map(({ exitCode }) => exitCode);
  const codes = [...connections.closeCodes.keys()];
  return [
    check(
      'every instance ended with 0',
      exits,
      exits.every((code) => code === 0),
    ),
    check(
      'sockets were closed with 1001 alone',
      Object.fromEntries(connections.closeCodes),
      codes.every((code) => code === 1001),
    ),
    none('subscriptions that ended or were refused', everybody.flatMap(({ problems }) => problems).length),
    none('viewers whose state ever went back', everybody.filter(({ wentBack }) => wentBack > 0).length),
    none('plain requests that were not answered', requests.failures.length),
  ];
}

function tradeChecks({ readers, library, placed }: Scene, trades: Trades): Check[] {
  const signatures = new Set(trades.map(({ id }) => id.split(':')[0] ?? ''));
  const missing = placed.filter((signature) => !signatures.has(signature)).length;
  const doubled = trades.filter(({ times }) => times !== 1).length;
  const isWhole = (told: readonly string[]): boolean =>
    told.length === signatures.size && new Set(told).size === told.length;
  return [
    none('placed trades that history has not, or has twice', missing + doubled),
    none(
      'readers that miss a trade',
      readers.filter((reader) => trades.some(({ id }) => !reader.trades.has(id))).length,
    ),
    none(
      'library clients that miss a trade, or were told one twice',
      library.filter((one) => !isWhole(one.trades)).length,
    ),
  ];
}

function endChecks({ readers, timerIds }: Scene): Check[] {
  const most = Math.max(...readers.map(({ ends }) => ends.size));
  return [
    check('rounds that ended meanwhile', most, most === timerIds.length),
    none('readers that miss the end of a round', readers.filter(({ ends }) => ends.size !== most).length),
  ];
}

function check(name: string, found: unknown, isMet: boolean): Check {
  return { name, isMet, found };
}

function none(name: string, count: number): Check {
  return check(name, count, count === 0);
}

/** Whether everybody shows the newest state; told apart, since it has to be waited for. */
export function behind(
  scene: Scene,
  newest: { epoch: number; revision: number; deadline: number | null },
): number {
  const { viewers, readers, library } = scene;
  const states = [
    ...[...viewers, ...readers].map(({ last }) => last),
    ...library.map(({ timer }) => timer.state),
  ];
  return states.filter(
    (state) =>
      state?.epoch !== newest.epoch ||
      state.revision !== newest.revision ||
      state.deadline !== newest.deadline,
  ).length;
}
