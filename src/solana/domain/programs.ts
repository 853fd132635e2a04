import { EXCHANGE_PROGRAMS } from './programs.exchange';
import type { ProgramClass } from './programs.form';
import { OTHER_PROGRAMS } from './programs.other';

/** Day on which the table was last checked against its sources. */
export const PROGRAMS_AS_OF = '2026-11-24';

/** A program that the table knows. */
export interface Program {
  readonly programId: string;
  readonly name: string;
  readonly programClass: ProgramClass;
}

const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  [...EXCHANGE_PROGRAMS, ...OTHER_PROGRAMS].map(([programId, name, programClass]) => [
    programId,
    { programId, name, programClass },
  ]),
);

/** What the table knows of a program; undefined is no judgement: an unknown program with a clean exchange trades. */
export function programOf(programId: string): Program | undefined {
  return PROGRAMS.get(programId);
}
