import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEnumType, isInputObjectType, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLInputField, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { buildSchema, schemaText } from './build-schema';

const builtIn = new Set(['Boolean', 'Float', 'ID', 'Int', 'String']);

function fieldsOf(type: GraphQLNamedType): readonly (GraphQLField<unknown, unknown> | GraphQLInputField)[] {
  if (isObjectType(type)) return Object.values(type.getFields());
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

function undescribed(schema: GraphQLSchema): string[] {
  const missing: string[] = [];
  const check = (
    name: string,
    { description }: { readonly description?: string | null | undefined },
  ): void => {
    if ((description ?? '').trim() === '') missing.push(name);
  };
  const roots = new Set(['Query', 'Mutation', 'Subscription']);
  for (const [name, type] of Object.entries(schema.getTypeMap())) {
    if (name.startsWith('__') || builtIn.has(name)) continue;
    if (!roots.has(name)) check(name, type);
    if (isEnumType(type)) for (const value of type.getValues()) check(`${name}.${value.name}`, value);
    for (const field of fieldsOf(type)) {
      check(`${name}.${field.name}`, field);
      for (const arg of 'args' in field ? field.args : []) check(`${name}.${field.name}(${arg.name})`, arg);
    }
  }
  return missing;
}

describe('the schema', () => {
  it('is the one that is committed', async () => {
    expect(readFileSync(join(__dirname, '../../schema.graphql'), 'utf8')).toBe(await schemaText());
  });

  it('describes every type, field, argument and enum value', async () => {
    expect(undescribed(await buildSchema())).toEqual([]);
  });
});
