import type { Client } from 'pg';

/** What matters of a plan that was carried out. */
export interface PlanFacts {
  /** Partitions that were read. */
  readonly partitions: readonly string[];
  /** Partitions that were read from end to end. */
  readonly scanned: readonly string[];
  /** Rows that were read in vain. */
  readonly discarded: number;
  /** Blocks of 8 KiB that were looked at. */
  readonly blocks: number;
  /** Time in Postgres, planning included. */
  readonly ms: number;
}

interface Node {
  readonly [fact: string]: unknown;
  readonly Plans?: readonly Node[];
}

const PARTITION = /^(trades|timer_events)_\d{4}_\d{2}$/;

/** Carries a statement out and tells how. Planner settings are those of the server. */
export async function explain(
  client: Client,
  sql: string,
  parameters: readonly unknown[],
): Promise<PlanFacts> {
  const { rows } = await client.query<{ 'QUERY PLAN': Node[] }>(
    `explain (analyze, buffers, format json) ${sql}`,
    [...parameters],
  );
  const top = rows[0]?.['QUERY PLAN'][0];
  const plan = nodeIn(top?.['Plan']);
  const read = nodesOf(plan).filter((node) => numberIn(node, 'Actual Loops') > 0);
  const partitions = read.filter((node) => PARTITION.test(String(node['Relation Name'])));
  const names = (nodes: readonly Node[]): string[] =>
    [...new Set(nodes.map((node) => String(node['Relation Name'])))].sort();
  return {
    partitions: names(partitions),
    scanned: names(partitions.filter((node) => node['Node Type'] === 'Seq Scan')),
    discarded: read.reduce(
      (sum, node) => sum + numberIn(node, 'Rows Removed by Filter') * numberIn(node, 'Actual Loops'),
      0,
    ),
    blocks: numberIn(plan, 'Shared Hit Blocks') + numberIn(plan, 'Shared Read Blocks'),
    ms: numberIn(top ?? {}, 'Planning Time') + numberIn(top ?? {}, 'Execution Time'),
  };
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function nodeIn(value: unknown): Node {
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new Error('Postgres gave no plan');
}

function numberIn(node: Node, fact: string): number {
  const value = node[fact];
  return typeof value === 'number' ? value : 0;
}
