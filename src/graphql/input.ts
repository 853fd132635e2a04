import { plainToInstance } from 'class-transformer';
import type { ClassConstructor } from 'class-transformer';
import { validate } from 'class-validator';
import type { ValidationError } from 'class-validator';
import { badInput } from '../platform/public-error';
import type { FieldProblem } from '../platform/public-error';

const UNFIT = /\p{Surrogate}|(?![\n\r\t])\p{Control}/u;

/**
 * Checks an input object whose fields the schema has coerced already.
 *
 * @param path - name of the argument; paths of problems begin with it
 * @param more - problems that depend on more than the input's class
 * @returns the input as an instance of `type`
 * @throws PublicError BAD_USER_INPUT with all problems at once
 */
export async function checkInput<Input extends object>(
  type: ClassConstructor<Input>,
  raw: Input,
  path: string,
  more: (input: Input) => readonly FieldProblem[] = () => [],
): Promise<Input> {
  const input = plainToInstance(type, { ...raw });
  const errors = await validate(input, { forbidUnknownValues: false });
  const problems = [
    ...errors.flatMap((error) => problemsOf(error, path)),
    ...textProblems(raw, path),
    ...more(input),
  ];
  if (problems.length > 0) throw badInput(problems);
  return input;
}

/** Text that cannot be kept or shown: control characters but line breaks and tabs, and broken Unicode. */
export function textProblems(value: unknown, path: string): FieldProblem[] {
  if (typeof value === 'string') {
    return UNFIT.test(value) ? [{ path, message: 'must not hold control characters or broken Unicode' }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => textProblems(item, `${path}.${name}`));
}

function problemsOf(error: ValidationError, parent: string): FieldProblem[] {
  const path = `${parent}.${error.property}`;
  const own = [...new Set(Object.values(error.constraints ?? {}))].map((message) => ({ path, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, path))];
}
