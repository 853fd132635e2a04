import type { VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Card } from '../parts/card';
import { grouped } from '../parts/numbers';
import type { CreditChart } from './credit-chart';
import { filled } from './spans';
import type { Usage } from './use-credits';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Credits over time. */
export function ChartCard({ usage, isDaily }: { readonly usage: Usage; readonly isDaily: boolean }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<CreditChart | null>(null);
  const { from, to } = usage;
  const spans = useMemo(
    () => (isDaily ? filled(usage.days, from, to, DAY_MS) : filled(usage.hours, from, to, HOUR_MS)),
    [usage, isDaily],
  );
  const newest = useRef(spans);
  newest.current = spans;
  useEffect(() => {
    let isGone = false;
    void import('./credit-chart').then(({ CreditChart: Made }) => {
      if (isGone || place.current === null) return;
      chart.current = new Made(place.current);
      chart.current.show(newest.current);
    });
    return () => {
      isGone = true;
      chart.current?.remove();
    };
  }, []);
  useEffect(() => chart.current?.show(spans), [spans]);
  const most = Math.max(0, ...spans.map(({ credits }) => credits));
  const unit = isDaily ? 'day' : 'hour';
  return (
    <Card title={`Credits by ${unit}`}>
      <div
        class="picture"
        role="img"
        aria-label={`${grouped(usage.credits)} credits in ${spans.length} ${unit}s, at most ${grouped(most)} in one ${unit}`}
        ref={place}
      />
    </Card>
  );
}
