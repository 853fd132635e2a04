import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { playPart } from './part';
import type { Part } from './part';
import type { ResultRow } from './row';

/** Says to the script that it is one of a crew. */
export const HAND = '--hand';

interface Task {
  readonly number: number;
  readonly part: Part;
}

interface Done {
  readonly number: number;
  readonly row: ResultRow;
}

/** Profiles of which one day takes longest come first, so that no process is left with one at the end. */
const LONGEST_FIRST = ['busy', 'bursts', 'steady', 'edge', 'quiet', 'dead'];

/** Plays parts in as many processes as there are cores. @returns rows in the order of the parts */
export async function playTogether(
  parts: readonly Part[],
  tell: (row: ResultRow) => void,
): Promise<readonly ResultRow[]> {
  const queue = parts
    .map((part, number): Task => ({ number, part }))
    .toSorted((a, b) => LONGEST_FIRST.indexOf(a.part.profile) - LONGEST_FIRST.indexOf(b.part.profile));
  const rows = new Map<number, ResultRow>();
  const hands = Math.min(availableParallelism(), queue.length);
  const take = ({ number, row }: Done): void => {
    rows.set(number, row);
    tell(row);
  };
  await Promise.all(Array.from({ length: hands }, () => lend(queue, take)));
  return parts.map((_, number) => {
    const row = rows.get(number);
    if (row === undefined) throw new Error(`part ${number} was not played`);
    return row;
  });
}

/** What a process of the crew does: plays what it is sent, until nothing more is. */
export function work(): void {
  Logger.overrideLogger(false);
  process.on('message', ({ number, part }: Task) => {
    playPart(part).then(
      (row) => process.send?.({ number, row } satisfies Done),
      (err: unknown) => {
        process.stderr.write(`${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`);
        process.exit(1);
      },
    );
  });
}

async function lend(queue: Task[], take: (done: Done) => void): Promise<void> {
  const hand = fork(path.resolve(__dirname, '../credits.cjs'), [HAND]);
  try {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) take(await ask(hand, task));
  } finally {
    hand.disconnect();
  }
}

function ask(hand: ChildProcess, task: Task): Promise<Done> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`a process ended with ${code ?? 'a signal'}`));
    };
    hand.once('exit', onExit);
    hand.once('message', (done: Done) => {
      hand.off('exit', onExit);
      resolve(done);
    });
    hand.send(task);
  });
}
