import { Kind, parse, visit } from 'graphql';
import type { GraphQLError } from 'graphql';

/**
 * The input field that a literal in the document stands for, such as `input.tokenAddress`; errors of graphql-js about
 * a literal name its type and place only.
 *
 * @returns null where the error is about no literal
 */
export function literalPath(error: GraphQLError): string | null {
  const start = error.nodes?.[0]?.loc?.start;
  const body = error.source?.body;
  if (start === undefined || body === undefined) return null;
  const names: string[] = [];
  let found: string | null = null;
  const named = {
    enter: (node: { readonly name: { readonly value: string }; readonly value: Located }) => {
      names.push(node.name.value);
      if (node.value.loc?.start === start) found = names.join('.');
    },
    leave: () => {
      names.pop();
    },
  };
  visit(parse(body), { [Kind.ARGUMENT]: named, [Kind.OBJECT_FIELD]: named });
  return found;
}

interface Located {
  readonly loc?: { readonly start: number } | undefined;
}
