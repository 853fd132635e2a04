import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';
import { decodeBase58 } from '../solana/domain/base58';
import { isDecimal } from '../timer/domain/decimal';

const LARGEST_DECIMAL_DIGITS = 60;
/** Last millisecond of the year 9999. */
const LARGEST_EPOCH_MS = 253_402_300_799_999;

/** Milliseconds since the Unix epoch. */
export const EpochMs = numberScalar(
  'EpochMs',
  'Milliseconds since the Unix epoch, an integer. On the shared clock (Redis TIME), except block times and the ' +
    "deadlines made from them, which are Solana's clock.",
  LARGEST_EPOCH_MS,
);

/** A Solana slot. */
export const Slot = numberScalar('Slot', 'Solana slot, an integer below 2^53.', Number.MAX_SAFE_INTEGER);

/** A Solana public key. */
export const PublicKey = textScalar(
  'PublicKey',
  'Base58 public key, 32 bytes decoded (so 32 to 44 characters).',
  (text) => base58Problem(text, 32, 44),
);

/** A transaction's first signature. */
export const Signature = textScalar('Signature', 'Base58 signature, 64 bytes decoded.', (text) =>
  base58Problem(text, 64, 88),
);

/** An exact decimal. */
export const Decimal = textScalar(
  'Decimal',
  'Exact non-negative decimal as text, such as "1234.000001". Token amounts are never floats.',
  (text) =>
    isDecimal(text) && text.length <= LARGEST_DECIMAL_DIGITS
      ? null
      : `must be a decimal of at most ${LARGEST_DECIMAL_DIGITS} characters, digits with an optional point`,
);

/** All scalars of our own, by their GraphQL name. */
export const scalars = { EpochMs, PublicKey, Signature, Decimal, Slot };

function base58Problem(text: string, bytes: number, longest: number): string | null {
  const decoded = text.length > longest ? null : decodeBase58(text);
  return decoded?.length === bytes ? null : `must be base58 text that decodes to ${bytes} bytes`;
}

function numberScalar(name: string, description: string, max: number): GraphQLScalarType<number, number> {
  const read = (value: unknown, node?: ValueNode): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
    throw refused(`${name} must be an integer from 0 to ${max}`, node);
  };
  return new GraphQLScalarType<number, number>({
    name,
    description,
    serialize: (value) => read(value),
    parseValue: (value) => read(value),
    parseLiteral: (node) => read(node.kind === Kind.INT ? Number(node.value) : undefined, node),
  });
}

/** @param node - the literal in the document, so that its input field can be named */
function refused(message: string, node: ValueNode | undefined): GraphQLError {
  return new GraphQLError(message, node === undefined ? {} : { nodes: node });
}

function textScalar(
  name: string,
  description: string,
  problemOf: (text: string) => string | null,
): GraphQLScalarType<string, string> {
  const read = (value: unknown, node?: ValueNode): string => {
    const problem = typeof value === 'string' ? problemOf(value) : 'must be a string';
    if (typeof value === 'string' && problem === null) return value;
    throw refused(`${name} ${problem ?? ''}`, node);
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: (value) => read(value),
    parseValue: (value) => read(value),
    parseLiteral: (node: ValueNode) => read(node.kind === Kind.STRING ? node.value : undefined, node),
  });
}
