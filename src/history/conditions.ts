import { MAX_EPOCH_MS } from './domain/cursor';
import { HistoryError } from './history.errors';

/** Collects the conditions of a query and its parameters; null and absent values restrict nothing. */
export class Conditions {
  readonly parameters: unknown[] = [];
  private readonly parts: string[] = [];

  /** @param sql - with `$` where the value stands */
  add(sql: string, value: unknown): void {
    if (value !== null && value !== undefined)
      this.parts.push(sql.replaceAll('$', () => this.parameter(value)));
  }

  /** An instant, epoch ms; cut to the years that Postgres and JavaScript share. */
  private addInstant(sql: string, ms: number | null | undefined): void {
    if (ms === null || ms === undefined) return;
    this.add(sql, new Date(Math.min(Math.max(ms, 0), MAX_EPOCH_MS)).toISOString());
  }

  /**
   * A stretch of time, from before to.
   *
   * @throws HistoryError `HISTORY_FILTER_INVALID` where it ends before it begins
   */
  addStretch(column: string, fromMs: number | null | undefined, toMs: number | null | undefined): void {
    if (typeof fromMs === 'number' && typeof toMs === 'number' && toMs < fromMs)
      throw new HistoryError('HISTORY_FILTER_INVALID', { field: 'to', problem: 'lies before from' });
    this.addInstant(`${column} >= $`, fromMs);
    this.addInstant(`${column} < $`, toMs);
  }

  /** A free text. @throws HistoryError `HISTORY_FILTER_INVALID` for a NUL, which Postgres cannot compare */
  addText(field: string, sql: string, text: string | null | undefined): void {
    if (text?.includes('\0') === true) throw new HistoryError('HISTORY_FILTER_INVALID', { field });
    this.add(sql, text);
  }

  /**
   * The row's sort key stands before or behind `place`. Where it begins with the instant of the partitions this is said
   * once more of the instant alone, since the planner leaves no partition out for a comparison of rows.
   */
  addPlace(
    list: { readonly key: readonly string[]; readonly isByTime: boolean },
    comparison: '<' | '>',
    place: readonly unknown[] | null,
  ): void {
    if (place === null) return;
    const values = place.map((value) => this.parameter(value));
    this.parts.push(`(${list.key.join(', ')}) ${comparison} (${values.join(', ')})`);
    const [column, value] = [list.key[0], values[0]];
    if (list.isByTime && column !== undefined && value !== undefined)
      this.parts.push(`${column} ${comparison}= ${value}`);
  }

  /** All of them, joined by `and`. */
  toSql(): string {
    return this.parts.length === 0 ? 'true' : this.parts.join(' and ');
  }

  private parameter(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }
}
