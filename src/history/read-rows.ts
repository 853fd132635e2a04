/** Runs one statement of the read side. @throws HistoryError `HISTORY_STORE_FAILED`, `HISTORY_COST_EXCEEDED` */
export type ReadRows = <Row extends object>(
  sql: string,
  parameters: readonly unknown[],
) => Promise<readonly Row[]>;
