import { getOperationAST, Kind, parse, specifiedRules, validate } from 'graphql';
import { GraphQLError } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { excessOf, MAX_MISTAKES, MAX_TOKENS } from '../document-limits';

/** A document that can be executed. */
export interface Prepared {
  readonly document: DocumentNode;
  /** Tells documents apart for as long as they are kept. */
  readonly number: number;
}

const MAX_DOCUMENTS = 1_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** Parses and validates each text once, and keeps those that were asked for last, in bounded memory. */
export class Documents {
  private readonly kept = new Map<string, Prepared>();
  private characters = 0;
  private numbers = 0;

  constructor(private readonly schema: GraphQLSchema) {}

  /** How many are kept. */
  get size(): number {
    return this.kept.size;
  }

  /** The document of a text, or what is wrong with it. */
  prepare(text: string): Prepared | readonly GraphQLError[] {
    const known = this.kept.get(text);
    if (known !== undefined) {
      this.kept.delete(text);
      this.kept.set(text, known);
      return known;
    }
    try {
      const document = parse(text, { maxLexicalTokens: MAX_TOKENS });
      const excess = excessOf(document);
      if (excess.length > 0) return excess;
      const mistakes = validate(this.schema, document, specifiedRules, { maxErrors: MAX_MISTAKES });
      return mistakes.length > 0 ? mistakes.map(withoutSuggestion) : this.keep(text, document);
    } catch (err) {
      if (err instanceof GraphQLError) return [err];
      throw err;
    }
  }

  private keep(text: string, document: DocumentNode): Prepared {
    this.numbers += 1;
    const prepared = { document, number: this.numbers };
    this.kept.set(text, prepared);
    this.characters += text.length;
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_DOCUMENTS && this.characters <= MAX_CHARACTERS) break;
      this.kept.delete(oldest);
      this.characters -= oldest.length;
    }
    return prepared;
  }
}

/** What is like a wrong name is told over HTTP outside production; on sockets a client knows what it asks for. */
function withoutSuggestion(mistake: GraphQLError): GraphQLError {
  const message = mistake.message.replace(/ Did you mean .+\?$/s, '');
  return new GraphQLError(message, { nodes: mistake.nodes ?? null });
}

/** The operation that a request means; null where the document has none of that name, or more than one. */
export function operationOf(
  { document }: Prepared,
  operationName: string | null,
): OperationDefinitionNode | null {
  return getOperationAST(document, operationName) ?? null;
}

/** How a field may be shared, as its `fanOut` extension says; null: not. */
export function keepingOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): 'newest' | 'every' | null {
  const [only, ...others] = operation.selectionSet.selections;
  if (only?.kind !== Kind.FIELD || others.length > 0) return null;
  const keeping = schema.getSubscriptionType()?.getFields()[only.name.value]?.extensions['fanOut'];
  return keeping === 'newest' || keeping === 'every' ? keeping : null;
}

/** The variables that an operation declares, in one spelling whatever the order of keys. */
export function canonicalVariables(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null,
): string {
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value).sort();
  return canonical(names.map((name) => variables?.[name]));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
