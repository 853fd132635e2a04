/*
 * Makes TypeScript of the GraphQL operations below client/ and web/: for each folder that holds .graphql files an
 * `operations.generated.ts` beside them, checked against schema.graphql.
 *
 *   node scripts/generate-operations.mjs [--check] [folder …]
 *
 * With --check nothing is written: it ends with 1 and names the files that are not as they would be made.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import {
  buildSchema,
  concatAST,
  Kind,
  parse,
  print,
  printSchema,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import * as prettier from 'prettier';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const FILE = 'operations.generated.ts';
const HEAD = '// Made from the .graphql files beside it by npm run operations:write; do not edit.\n';

/** Each scalar as it is on the wire. A new one has to be named here. */
const scalars = {
  ID: 'string',
  EpochMs: 'number',
  PublicKey: 'string',
  Signature: 'string',
  Decimal: 'string',
  Slot: 'number',
};

const typeOptions = {
  scalars,
  strictScalars: true,
  enumsAsTypes: true,
  immutableTypes: true,
  skipTypename: true,
  useTypeImports: true,
};

/** Folders below `folder` that hold operations. */
function foldersWithOperations(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .flatMap((entry) => foldersWithOperations(path.join(folder, entry.name)));
  return entries.some(({ name }) => name.endsWith('.graphql')) ? [folder, ...below] : below;
}

function readDocument(folder) {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort();
  return concatAST(files.map((name) => parse(readFileSync(path.join(folder, name), 'utf8'))));
}

/** One operation with the fragments that it needs, without what a server ignores. */
function textOf(operation, fragments) {
  const needed = new Set();
  const collect = (node) =>
    visit(node, {
      FragmentSpread({ name: { value } }) {
        if (needed.has(value)) return;
        needed.add(value);
        collect(fragments.get(value));
      },
    });
  collect(operation);
  const parts = [operation, ...[...needed].sort().map((name) => fragments.get(name))];
  return stripIgnoredCharacters(parts.map((part) => print(part)).join('\n'));
}

function constants(document) {
  const fragments = new Map(
    document.definitions
      .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  return document.definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const { value } = operation.name;
      const name = value[0].toUpperCase() + value.slice(1);
      const types = name + operation.operation[0].toUpperCase() + operation.operation.slice(1);
      return (
        `/** ${operation.operation} ${value} */\n` +
        `export const ${name}Document: Operation<${types}, ${types}Variables> = ${JSON.stringify(textOf(operation, fragments))};`
      );
    });
}

/** Path of the client's `Operation` as `folder` imports it. */
function importOfOperation(folder) {
  const relative = path.relative(folder, path.join(root, 'client/src/operation')).split(path.sep).join('/');
  return `import type { Operation } from '${relative.startsWith('.') ? relative : `./${relative}`}';\n`;
}

async function generate(schema, folder) {
  const document = readDocument(folder);
  const types = await codegen({
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    filename: FILE,
    documents: [{ location: folder, document }],
    config: typeOptions,
    plugins: [{ operationTypes: {} }],
    pluginMap: { operationTypes },
  });
  const text = `${HEAD}${importOfOperation(folder)}\n${types}\n${constants(document).join('\n\n')}\n`;
  const file = path.join(folder, FILE);
  return {
    file,
    text: await prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file }),
  };
}

const isCheck = process.argv.includes('--check');
const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const schema = buildSchema(readFileSync(path.join(root, 'schema.graphql'), 'utf8'));
const folders = (given.length > 0 ? given : ['client', 'web']).flatMap((name) =>
  foldersWithOperations(path.resolve(root, name)),
);
const stale = [];
for (const folder of folders) {
  const { file, text } = await generate(schema, folder);
  let before = '';
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    mkdirSync(folder, { recursive: true });
  }
  if (before === text) continue;
  stale.push(path.relative(root, file));
  if (!isCheck) writeFileSync(file, text);
}
if (stale.length > 0)
  process.stdout.write(`${isCheck ? 'not up to date' : 'written'}: ${stale.join(', ')}\n`);
if (isCheck && stale.length > 0) process.exitCode = 1;
