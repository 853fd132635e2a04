import { base58ByteLength } from './base58';
import type { Commitment } from './commitment';
import { isCommitment } from './commitment';
import { isCount, isRecord } from './json';
import { invalidParams, RpcRefusal } from './rpc-refusal';

/** The configuration object of a call; the default commitment is finalized, as on a real node. */
export interface CallConfig {
  readonly commitment: Commitment;
  readonly minContextSlot?: number;
  readonly limit: number;
  readonly before?: string;
  readonly until?: string;
  readonly maxVersion?: number;
  readonly transactionDetails: 'full' | 'signatures' | 'none';
}

const DEFAULTS = { commitment: 'finalized', limit: 1000, transactionDetails: 'full', encoding: 'json' };

/**
 * Reads the last parameter of a call; an encoding alone, as older clients send it, is accepted.
 *
 * @returns −32602 with the name of the wrong field
 */
export function readConfig(value: unknown): CallConfig | RpcRefusal {
  const given = typeof value === 'string' ? { encoding: value } : (value ?? {});
  if (!isRecord(given)) return invalidParams('Invalid params: the configuration is not an object');
  const {
    commitment,
    limit,
    transactionDetails: details,
    encoding,
  }: Record<string, unknown> = { ...DEFAULTS, ...given };
  if (!isCommitment(commitment)) return invalidParams('Invalid params: unknown commitment');
  if (!isLimit(limit)) return invalidParams('Invalid limit; max 1000');
  if (!isDetails(details))
    return invalidParams('Invalid params: transactionDetails is not full, signatures or none');
  if (encoding !== 'json') return invalidParams('Invalid params: the demo chain knows encoding json only');
  const places = readPlaces(given);
  return places instanceof RpcRefusal
    ? places
    : { commitment, limit, transactionDetails: details, ...places };
}

/** Reads a base58 text of 32 (public key) or 64 (signature) bytes, or says −32602. */
export function readBase58(value: unknown, bytes: 32 | 64): string | RpcRefusal {
  if (typeof value === 'string' && base58ByteLength(value) === bytes) return value;
  return invalidParams(bytes === 32 ? 'Invalid param: not a public key' : 'Invalid param: not a signature');
}

/** Reads a slot number, or says −32602. */
export function readSlot(value: unknown): number | RpcRefusal {
  return isCount(value) ? value : invalidParams('Invalid params: the slot is not an unsigned integer');
}

type Places = Pick<CallConfig, 'before' | 'until' | 'minContextSlot' | 'maxVersion'>;

function readPlaces(given: Record<string, unknown>): Places | RpcRefusal {
  const {
    before: fromBefore,
    until: fromUntil,
    minContextSlot: fromSlot,
    maxSupportedTransactionVersion: version,
  } = given;
  const [before, until] = [fromBefore, fromUntil].map((value) =>
    isAbsent(value) ? undefined : readBase58(value, 64),
  );
  const [minContextSlot, maxVersion] = [fromSlot, version].map((value) =>
    isAbsent(value) ? undefined : readSlot(value),
  );
  for (const read of [before, until, minContextSlot, maxVersion]) if (read instanceof RpcRefusal) return read;
  return {
    ...(typeof before === 'string' ? { before } : {}),
    ...(typeof until === 'string' ? { until } : {}),
    ...(typeof minContextSlot === 'number' ? { minContextSlot } : {}),
    ...(typeof maxVersion === 'number' ? { maxVersion } : {}),
  };
}

function isLimit(value: unknown): value is number {
  return isCount(value) && value >= 1 && value <= 1000;
}

function isDetails(value: unknown): value is CallConfig['transactionDetails'] {
  return value === 'full' || value === 'signatures' || value === 'none';
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
