import { GraphQLError, Kind } from 'graphql';
import type {
  DefinitionNode,
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';

/** Most words and signs of a document. */
export const MAX_TOKENS = 2_000;
/** Deepest nesting of fields in a document. */
export const MAX_DEPTH = 10;
/** Most aliases in a document. */
export const MAX_ALIASES = 30;
/** Most fields of an operation with its fragments spread out; bounds what small documents can multiply to. */
export const MAX_FIELDS = 500;
/** Most fields that stand where one of the same name stands already; comparing them is quadratic. */
export const MAX_REPEATS = 50;
/** After so many mistakes validation is broken off. */
export const MAX_MISTAKES = 10;

/**
 * What a document asks for beyond its bounds; it is refused for this before it is validated, since the validation of
 * a few thousand words can take seconds. Introspection is nested deeper by its nature and is exempt from depth.
 */
export function excessOf(document: DocumentNode): GraphQLError[] {
  const { aliases, repeats } = countNames(document.definitions);
  const excess: GraphQLError[] = [];
  const refuse = (message: string): void => void excess.push(new GraphQLError(message));
  if (aliases > MAX_ALIASES) refuse(`the document has more than ${MAX_ALIASES} aliases`);
  if (repeats > MAX_REPEATS) refuse(`the document repeats more than ${MAX_REPEATS} fields`);
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Size>();
  for (const { selectionSet } of document.definitions.filter(isOperation)) {
    const { depth, fields } = sizeOf(selectionSet, fragments, measured);
    if (depth > MAX_DEPTH) refuse(`the operation is nested deeper than ${MAX_DEPTH} fields`);
    if (fields > MAX_FIELDS) refuse(`the operation has more than ${MAX_FIELDS} fields`);
  }
  return excess;
}

interface Names {
  aliases: number;
  repeats: number;
}

function countNames(definitions: readonly DefinitionNode[]): Names {
  const names: Names = { aliases: 0, repeats: 0 };
  for (const definition of definitions) {
    if ('selectionSet' in definition) countIn(definition.selectionSet, names);
  }
  return names;
}

function countIn(set: SelectionSetNode | undefined, names: Names): void {
  const seen = new Set<string>();
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      if (selection.alias !== undefined) names.aliases += 1;
      if (seen.has(name)) names.repeats += 1;
      seen.add(name);
    }
    if (selection.kind !== Kind.FRAGMENT_SPREAD) countIn(selection.selectionSet, names);
  }
}

function isOperation(node: DefinitionNode): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION;
}

interface Size {
  readonly depth: number;
  readonly fields: number;
}

const NOTHING: Size = { depth: 0, fields: 0 };

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  return fragments;
}

/** Each fragment is measured once; one that spreads itself counts as nothing there, another rule refuses it. */
function sizeOf(
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Size>,
): Size {
  let depth = 0;
  let fields = 0;
  for (const selection of set?.selections ?? []) {
    let size = NOTHING;
    if (selection.kind === Kind.FIELD) {
      const inner = sizeOf(selection.selectionSet, fragments, measured);
      const isIntrospection = selection.name.value.startsWith('__');
      size = { depth: isIntrospection ? 0 : inner.depth + 1, fields: inner.fields + 1 };
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      size = sizeOf(selection.selectionSet, fragments, measured);
    } else {
      size = spreadSize(selection.name.value, fragments, measured);
    }
    depth = Math.max(depth, size.depth);
    fields += size.fields;
  }
  return { depth, fields };
}

function spreadSize(
  name: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Size>,
): Size {
  const known = measured.get(name);
  if (known !== undefined) return known;
  measured.set(name, NOTHING);
  const size = sizeOf(fragments.get(name)?.selectionSet, fragments, measured);
  measured.set(name, size);
  return size;
}
