import type { ClockSource } from './clock-source';

/** What made us look again. */
export type WakeUp =
  /** The device has slept, or one of its clocks was set: nothing old may be believed. */
  | 'slept'
  /** It is seen again, or on another network: the connection may be dead. */
  | 'changed';

const LOOK_EVERY_MS = 1_000;
/** Clocks that part by more than this within a look have not run both. */
const PARTED_MS = 250;

/** Part of a browser that tells of changes; a window, a document, a network. */
interface Telling {
  addEventListener(name: string, listener: () => void): void;
  removeEventListener(name: string, listener: () => void): void;
}

/** Tells when the device woke up or its network changed. @returns stops it */
export function watchWakeUps(clock: ClockSource, tell: (what: WakeUp) => void): () => void {
  const gapNow = (): number => clock.wall() - clock.monotonic();
  let gap = gapNow();
  const look = (): void => {
    const before = gap;
    gap = gapNow();
    if (Math.abs(gap - before) > PARTED_MS) tell('slept');
  };
  const changed = (): void => {
    look();
    tell('changed');
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  unref(timer);
  const places: readonly [unknown, readonly string[]][] = [
    [globalThis, ['online', 'pageshow', 'focus']],
    [property(globalThis, 'document'), ['visibilitychange', 'resume']],
    [property(property(globalThis, 'navigator'), 'connection'), ['change']],
  ];
  const stops = places.map(([place, names]) => listen(place, names, changed));
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

/** Lets a timer keep no process alive; browsers know no such thing. */
export function unref(timer: unknown): void {
  if (isUnreferable(timer)) timer.unref();
}

function isUnreferable(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function';
}

function listen(place: unknown, names: readonly string[], listener: () => void): () => void {
  if (!isTelling(place)) return () => undefined;
  for (const name of names) place.addEventListener(name, listener);
  return () => {
    for (const name of names) place.removeEventListener(name, listener);
  };
}

function isTelling(place: unknown): place is Telling {
  return (
    typeof place === 'object' &&
    place !== null &&
    'addEventListener' in place &&
    typeof place.addEventListener === 'function'
  );
}

function property(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return Reflect.get(object, name);
}
