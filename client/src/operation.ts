/** Text of a GraphQL operation that knows the types of its result and of its variables. */
export type Operation<Result, Variables> = string & {
  /** Never there: it only carries the types. */
  readonly __types?: (variables: Variables) => Result;
};
