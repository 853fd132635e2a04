import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Card } from '../parts/card';
import { Figure, Figures } from '../parts/facts';
import { briefly, grouped, percent } from '../parts/numbers';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import type { Tone } from '../parts/tag';
import { keyOf, useSettings } from '../settings/use-settings';
import { BudgetCard } from './budget-card';
import { ChartCard } from './chart-card';
import { ModesCard } from './modes-card';
import { LIVE_MS, useCredits } from './use-credits';
import type { Usage } from './use-credits';

/** Stretches that can be shown. */
const RANGES = [
  ['24 h', 86_400_000],
  ['7 days', LIVE_MS],
  ['30 days', 30 * 86_400_000],
] as const;

/** What reading the chain costs, and may cost. */
export function CreditsView(): VNode {
  const [range, setRange] = useState<number>(LIVE_MS);
  const { usage, refusal, again } = useCredits(range);
  const { data, again: askSettings } = useSettings();
  const settings = data?.settings ?? null;
  return (
    <>
      <PageHead
        title="Credits"
        words="What the RPC provider bills for reading the chain, over all instances."
      >
        <div class="segments" role="group" aria-label="Time shown">
          {RANGES.map(([name, ms]) => (
            <button key={name} type="button" aria-pressed={ms === range} onClick={() => setRange(ms)}>
              {name}
            </button>
          ))}
        </div>
      </PageHead>
      <RefusalNote refusal={refusal} again={again} />
      {usage === null ? (
        <p class="loading">Asking…</p>
      ) : (
        <>
          <Summary usage={usage} />
          <ChartCard usage={usage} isDaily={range > LIVE_MS} />
          <div class="grid two">
            <Groups title="By method" groups={usage.byMethod} />
            <Groups title="By purpose" groups={usage.byPurpose} />
            <Groups title="By endpoint" groups={usage.byEndpoint} />
            <Groups title="By watched address" groups={usage.byAddress} words="Lists alone." />
            <ModesCard usage={usage} />
            {settings === null ? null : (
              <BudgetCard
                settings={settings}
                usage={usage}
                onDone={() => {
                  askSettings();
                  again();
                }}
                key={keyOf(settings.monitoring.budget, settings.monitoring.planName)}
              />
            )}
          </div>
        </>
      )}
    </>
  );
}

const STATES: Readonly<Record<Usage['budget']['state'], readonly [Tone, string]>> = {
  FREE: ['good', 'nothing is spared'],
  SOFT: ['warn', 'spared: one mode cheaper'],
  LOW: ['warn', 'spared: ECONOMY, DEADLINE'],
  SPENT: ['bad', 'spent: only deadlines are settled'],
};

function Summary({ usage }: { readonly usage: Usage }): VNode {
  const { budget, usedThisMonth, forecast } = usage;
  const [tone, words] = STATES[budget.state];
  const limit = budget.creditsPerMonth ?? budget.planCredits;
  const share = (credits: number): string | undefined =>
    limit === null ? undefined : `${percent(credits / limit)} of ${briefly(limit)}`;
  return (
    <section class="card" aria-label="Summary">
      <Figures>
        <Figure name="Used this month" value={briefly(usedThisMonth)} words={share(usedThisMonth)} />
        <Figure name="Forecast for the month" value={briefly(forecast)} words={share(forecast)} />
        <Figure name="A day" value={briefly(usage.burnPerDay)} words="last 24 h" />
        <Figure name="An hour" value={briefly(usage.burnPerHour)} words="last 24 h" />
        <Figure name="In this range" value={briefly(usage.credits)} words={`${briefly(usage.calls)} calls`} />
      </Figures>
      {limit === null ? null : <Meter used={usedThisMonth / limit} forecast={forecast / limit} />}
      <p class="state">
        <Tag tone={tone}>{words}</Tag>{' '}
        <span class="quiet">
          {budget.creditsPerMonth === null
            ? 'no budget is set'
            : `budget of ${grouped(budget.creditsPerMonth)}`}
          {budget.planName === null ? '' : `, plan ${budget.planName}`}, prices of {budget.pricesAsOf}
        </span>
      </p>
    </section>
  );
}

function Meter({ used, forecast }: { readonly used: number; readonly forecast: number }): VNode {
  const width = (share: number): string => `${Math.min(100, share * 100)}%`;
  return (
    <div
      class="meter"
      role="img"
      aria-label={`${percent(used)} used, ${percent(forecast)} at the month's end`}
    >
      <div class="forecast" style={{ width: width(forecast) }} />
      <div class="used" data-full={used >= 1} style={{ width: width(used) }} />
    </div>
  );
}

function Groups(props: {
  readonly title: string;
  readonly groups: Usage['byMethod'];
  readonly words?: string;
}): VNode {
  const { title, groups, words } = props;
  const most = Math.max(1, ...groups.map(({ credits }) => credits));
  return (
    <Card title={title} {...(words === undefined ? {} : { words })}>
      <Table
        caption={title}
        empty="Nothing was called."
        heads={[{ name: 'Name' }, { name: 'Calls', isNumber: true }, { name: 'Credits', isNumber: true }]}
        rows={groups.map(({ name, calls, credits }) => ({
          key: name,
          cells: [
            <span class="measure" key="name">
              <code>{name}</code>
              <span aria-hidden="true" style={{ width: `${(credits / most) * 100}%` }} />
            </span>,
            grouped(calls),
            grouped(credits),
          ],
        }))}
      />
    </Card>
  );
}
