import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { GraphQLField, GraphQLInputType } from 'graphql';

const values: Readonly<Record<string, string>> = {
  ID: '"nobody"',
  String: '"x"',
  Boolean: 'true',
  Int: '1',
  Float: '1',
  EpochMs: '1',
  Slot: '1',
  Decimal: '"1"',
  PublicKey: '"So11111111111111111111111111111111111111112"',
  Signature: `"${'1'.repeat(64)}"`,
};

/** The smallest document that asks for one root field: all that is required, and nothing else. */
export function minimalDocument(
  operation: 'query' | 'mutation' | 'subscription',
  field: GraphQLField<unknown, unknown>,
): string {
  const given = field.args
    .filter(isRequiredArgument)
    .map(({ name, type }) => `${name}: ${literalOf(type)}`)
    .join(', ');
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `${operation} { ${field.name}${given === '' ? '' : `(${given})`}${selection} }`;
}

function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return `[${literalOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (!isInputObjectType(type)) return values[type.name] ?? '"x"';
  const fields = Object.values(type.getFields()).filter(isRequiredInputField);
  return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
}
