import type { VNode } from 'preact';
import { Card } from '../parts/card';
import { grouped } from '../parts/numbers';
import { Table } from '../parts/table';
import type { Usage } from './use-credits';

type Completeness = Usage['modes'][number]['completeness'];

/** Credits of a mode on the last 24 hours; null where it was not played. */
export function costOf(usage: Usage, mode: string, completeness: Completeness): number | null {
  return usage.modes.find((one) => one.mode === mode && one.completeness === completeness)?.credits ?? null;
}

/** What each mode would have cost. */
export function ModesCard({ usage }: { readonly usage: Usage }): VNode {
  const modes = [...new Set(usage.modes.map(({ mode }) => mode))];
  const cost = (mode: string, completeness: Completeness): string => {
    const credits = costOf(usage, mode, completeness);
    return credits === null ? '–' : grouped(credits);
  };
  return (
    <Card
      title="What each mode would have cost"
      words="Played on the recorded trades of the last 24 hours, with somebody watching; transactions that are no trades come on top."
    >
      <Table
        caption="Credits of the last 24 hours by mode"
        empty="Not known yet."
        heads={[
          { name: 'Mode' },
          { name: 'Every trade', isNumber: true },
          { name: 'Only what decides', isNumber: true },
        ]}
        rows={modes.map((mode) => ({
          key: mode,
          cells: [mode.toLowerCase(), cost(mode, 'FULL'), cost(mode, 'DEADLINE')],
        }))}
      />
    </Card>
  );
}
