import type { Faults } from './faults';
import { NO_FAULTS } from './faults';
import { isCount, isRecord, isStringArray } from './json';

/** How the demo chain behaves: faults of its node, of its HTTP answers, and of the player. */
export interface Behaviour extends Faults {
  /** The next `count` calls are answered with 429 and this Retry-After; null: none. */
  readonly rateLimit: { readonly count: number; readonly retryAfterSec: number } | null;
  /** That many calls are answered with 500. */
  readonly failNext: number;
  /** That many calls get no answer: the connection is closed. */
  readonly dropNext: number;
  /** No entry is played. The chain's slots go on. */
  readonly silent: boolean;
  /** Slots by which rows placed from now on appear late in lists. */
  readonly lateIndexSlots: number;
  /** True breaks every WebSocket connection, once: it is false again at once. */
  readonly dropSockets: boolean;
  /** WebSocket connections stay open, but nothing is told over them. */
  readonly muteSockets: boolean;
}

/** The behaviour of a sound chain. */
export const NORMAL_BEHAVIOUR: Behaviour = {
  ...NO_FAULTS,
  rateLimit: null,
  failNext: 0,
  dropNext: 0,
  silent: false,
  lateIndexSlots: 0,
  dropSockets: false,
  muteSockets: false,
};

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';

const CHECKS: Readonly<Record<string, readonly [check: Check, wanted: string]>> = {
  lagSlots: [isCount, 'a count of slots'],
  lateIndexSlots: [isCount, 'a count of slots'],
  failNext: [isCount, 'a count of calls'],
  dropNext: [isCount, 'a count of calls'],
  silent: [isBoolean, 'true or false'],
  dropSockets: [isBoolean, 'true or false'],
  muteSockets: [isBoolean, 'true or false'],
  reorderRows: [isBoolean, 'true or false'],
  forgetSignatures: [isStringArray, 'an array of signatures'],
  nullTransactions: [isStringArray, 'an array of signatures'],
  holdSlot: [
    (value) => value === null || isBoolean(value) || isCount(value),
    'a slot, true for the present one, or null',
  ],
  rateLimit: [(value) => value === null || isRateLimit(value), '{ count, retryAfterSec } or null'],
};

/**
 * Reads the body of a behave request: the fields to change, or `{ "reset": true }`.
 *
 * @param presentSlot - slot that `"holdSlot": true` stands for
 * @param start - behaviour that a reset returns to
 * @returns the next behaviour, or a sentence that names what is wrong
 */
export function readBehaviour(
  body: unknown,
  present: Behaviour,
  start: Behaviour,
  presentSlot: number,
): Behaviour | string {
  if (!isRecord(body)) return 'the body must be a JSON object';
  const { reset = false, ...changes } = body;
  if (typeof reset !== 'boolean') return 'reset must be true or false';
  for (const [name, value] of Object.entries(changes)) {
    const known = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (known === undefined) return `unknown field ${name}; known: reset, ${Object.keys(CHECKS).join(', ')}`;
    if (!known[0](value)) return `${name} must be ${known[1]}`;
  }
  return { ...(reset ? start : present), ...changes, ...heldSlot(changes['holdSlot'], presentSlot) };
}

function heldSlot(value: unknown, presentSlot: number): { holdSlot?: number | null } {
  if (value === undefined) return {};
  if (value === true) return { holdSlot: presentSlot };
  return { holdSlot: isCount(value) ? value : null };
}

function isRateLimit(value: unknown): boolean {
  return isRecord(value) && isCount(value['count']) && isCount(value['retryAfterSec']);
}
