import type { FieldProblem } from './refusal';

/** An answer of GraphQL. */
export interface GraphqlAnswer<Result> {
  readonly data?: Result | null;
  readonly errors?: unknown;
}

/** Reads an answer; its data have the shape that the operation was generated with. @throws SyntaxError when it is no JSON */
export function readAnswer<Result>(text: string): GraphqlAnswer<Result> {
  return JSON.parse(text) as GraphqlAnswer<Result>;
}

/** What is wrong with the fields of an input, of `extensions.fields`; empty where nothing is said. */
export function readFieldProblems(errors: unknown): readonly FieldProblem[] {
  if (!Array.isArray(errors)) return [];
  const [first] = errors as readonly { readonly extensions?: { readonly fields?: unknown } }[];
  const fields = first?.extensions?.fields;
  return Array.isArray(fields) ? (fields as FieldProblem[]) : [];
}
