import { getVariableValues, Kind } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { getArgumentValues } from 'graphql';
import { badInput } from '../platform/public-error';
import { MAX_HISTORY_FIELDS, MAX_ROWS, pageRows } from './row-budget';
import type { Arguments, RowsOf } from './row-budget';

/** An operation with what it runs on. */
export interface PricedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Arguments;
}

/** Fields at the root that cost one point together. */
const FIELDS_OF_A_POINT = 10;
/** Rows of history that cost a point, so that a default page does. */
const ROWS_OF_A_POINT = 50;
const INTROSPECTION_POINTS = 5;

/**
 * What an operation costs, in points, known before anything is executed: one for ten fields at the root, one for each
 * fifty rows of history, five for each look at the schema; at least one.
 *
 * @throws PublicError BAD_USER_INPUT where it asks for more than 2,000 rows, or more than eight times for history
 */
export function pointsOf(priced: PricedOperation): number {
  const type = priced.schema.getRootType(priced.operation.operation);
  const { coerced } = getVariableValues(
    priced.schema,
    priced.operation.variableDefinitions ?? [],
    priced.variables,
    { maxErrors: 1 },
  );
  // the execution says what is wrong with them
  if (type === null || type === undefined || coerced === undefined) return 1;
  const fields = rootFields(priced.operation.selectionSet, fragmentsOf(priced.document), new Set());
  const looks = fields.filter(isIntrospection).length;
  const costs = fields.map((node) => rowsOf(type, node, coerced));
  const rows = sum(costs);
  if (rows > MAX_ROWS) {
    const message = `asks for ${rows} rows of history; an operation may ask for ${MAX_ROWS} over all of its fields`;
    throw badInput([{ path: 'operation', message }]);
  }
  const plain = costs.filter((cost) => cost === 0).length;
  if (costs.length - plain > MAX_HISTORY_FIELDS) {
    const message = `asks ${costs.length - plain} times for history; an operation may ask ${MAX_HISTORY_FIELDS} times`;
    throw badInput([{ path: 'operation', message }]);
  }
  const points = plain / FIELDS_OF_A_POINT + rows / ROWS_OF_A_POINT + looks * INTROSPECTION_POINTS;
  return Math.max(1, Math.ceil(points));
}

/** Whether an operation looks at the schema. */
export function looksAtSchema({
  document,
  operation,
}: Pick<PricedOperation, 'document' | 'operation'>): boolean {
  return rootFields(operation.selectionSet, fragmentsOf(document), new Set()).some(isIntrospection);
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

function rowsOf(type: GraphQLObjectType, node: FieldNode, variables: Arguments): number {
  const field = type.getFields()[node.name.value];
  if (field === undefined) return 0;
  const declared = field.extensions['rows'];
  const count = isRowsOf(declared) ? declared : isPaged(field) ? pageRows : null;
  if (count === null) return 0;
  try {
    return count(getArgumentValues(field, node, variables));
  } catch {
    // the execution says what is wrong with the arguments
    return 0;
  }
}

function isRowsOf(extension: unknown): extension is RowsOf {
  return typeof extension === 'function';
}

function isPaged({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some(({ name }) => name === 'first');
}

/** Every field at the root, as often as it is written: who asks for the same twice pays twice. */
function rootFields(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Set<string>,
): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, fragments, seen);
    const fragment = seen.has(selection.name.value) ? undefined : fragments.get(selection.name.value);
    if (fragment === undefined) return [];
    seen.add(selection.name.value);
    return rootFields(fragment.selectionSet, fragments, seen);
  });
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  return fragments;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
