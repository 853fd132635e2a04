import type { LogLine } from '../domain/log-lines';
import { HistoryError } from '../history.errors';

/**
 * The lines of an exported log up to its closing line.
 *
 * @throws HistoryError `HISTORY_EXPORT_MALFORMED`, behind the last line, where the closing one is missing or counts others
 */
export async function* closedLog(
  parts: AsyncIterable<readonly LogLine[]>,
): AsyncGenerator<readonly LogLine[]> {
  let lines = 0;
  let told: number | null = null;
  for await (const part of parts) {
    for (const line of part) {
      if (line.kind === 'close') told = line.lines;
      else lines += 1;
    }
    yield part;
  }
  if (told === lines || lines === 0) return;
  const problem = told === null ? 'has no closing line' : `has ${lines} lines instead of ${told}`;
  const hint = `the export ${problem}: it was cut off, or made by an older version; fetch it again`;
  throw new HistoryError('HISTORY_EXPORT_MALFORMED', { hint });
}
