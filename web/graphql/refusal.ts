import { ProblemError } from '../../client/src/problem';
import type { Problem } from '../../client/src/problem';

/** One thing that is wrong with an input. `path` is dotted, from the argument's name. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** An answer that was a refusal, with what is wrong with which field. */
export class Refusal extends ProblemError {
  constructor(
    problem: Problem,
    readonly fields: readonly FieldProblem[] = [],
  ) {
    super(problem);
  }
}
