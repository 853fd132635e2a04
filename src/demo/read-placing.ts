import { base58ByteLength } from './base58';
import { isCount, isRecord } from './json';
import type { PlacingOptions } from './player';

/** What a request to place a transaction asks for: an entry by name, or the next that counts (or does not). */
export interface PlacingRequest {
  readonly what: { readonly name: string } | { readonly counting: boolean };
  readonly options: PlacingOptions;
}

type Check = (value: unknown) => boolean;

const CHECKS: Readonly<Record<string, readonly [check: Check, wanted: string]>> = {
  entry: [(value) => typeof value === 'string', 'the name of an entry'],
  counting: [(value) => typeof value === 'boolean', 'true or false'],
  slot: [isCount, 'a slot number'],
  blockTime: [isCount, 'whole epoch seconds'],
  signature: [isSignature, 'base58 of 64 bytes'],
  lateIndexSlots: [isCount, 'a count of slots'],
  indexMint: [(value) => typeof value === 'boolean', 'true or false'],
};

/** Reads the body of such a request, or returns a sentence that names what is wrong. */
export function readPlacing(body: unknown): PlacingRequest | string {
  if (!isRecord(body)) return 'the body must be a JSON object';
  for (const [name, value] of Object.entries(body)) {
    const known = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (known === undefined) return `unknown field ${name}; known: ${Object.keys(CHECKS).join(', ')}`;
    if (!known[0](value)) return `${name} must be ${known[1]}`;
  }
  if (body['slot'] !== undefined && body['blockTime'] !== undefined)
    return 'give slot or blockTime, not both';
  const { entry, counting } = body;
  const options = readOptions(body);
  if (typeof entry === 'string' && counting === undefined) return { what: { name: entry }, options };
  if (typeof counting === 'boolean' && entry === undefined) return { what: { counting }, options };
  return 'the body needs either entry, a name, or counting, true or false';
}

function readOptions({
  slot,
  blockTime,
  signature,
  lateIndexSlots,
  indexMint,
}: Record<string, unknown>): PlacingOptions {
  return {
    ...(isCount(slot) ? { slot } : {}),
    ...(isCount(blockTime) ? { blockTimeSec: blockTime } : {}),
    ...(isSignature(signature) ? { signature } : {}),
    ...(isCount(lateIndexSlots) ? { lateIndexSlots } : {}),
    ...(typeof indexMint === 'boolean' ? { indexMint } : {}),
  };
}

function isSignature(value: unknown): value is string {
  return typeof value === 'string' && base58ByteLength(value) === 64;
}
