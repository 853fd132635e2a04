import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useAct, useAround } from '../door/use-door';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { MomentField, SelectField, TextField, Toggle } from '../parts/field';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { AuditEntries } from './audit-entries';
import type { Entry } from './audit-entries';
import { PanelAuditDocument } from './operations.generated';
import type { AuditFilter, AuditOutcome } from './operations.generated';

const PAGE = 100;
/** Each visit of the panel makes some. */
const NOISE = 'createSubscriptionToken';
const OUTCOMES = [
  ['', 'Any'],
  ['DONE', 'Done'],
  ['REFUSED', 'Refused'],
  ['FAILED', 'Failed'],
  ['STARTED', 'Broken off, or under way'],
] as const satisfies readonly (readonly [AuditOutcome | '', string])[];

interface Typed {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: AuditOutcome | '';
  readonly from: string;
  readonly to: string;
}

const EVERYTHING: Typed = { actor: '', action: '', target: '', outcome: '', from: '', to: '' };

function filterOf({ actor, action, target, outcome, from, to }: Typed): AuditFilter {
  const text = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());
  const time = (typed: string): number | null => (typed === '' ? null : new Date(typed).getTime());
  return {
    actor: text(actor),
    action: text(action),
    target: text(target),
    outcome: outcome === '' ? null : outcome,
    from: time(from),
    to: time(to),
  };
}

/** Who did what, when and from where. */
export function AuditView(): VNode {
  const [filter, setFilter] = useState<AuditFilter>({});
  return (
    <>
      <PageHead
        title="Audit log"
        words="Every change that an administrator asked for, before it began and how it went. Nobody can change or delete it here."
      />
      <FilterCard onFilter={setFilter} />
      <Entries filter={filter} key={JSON.stringify(filter)} />
    </>
  );
}

function FilterCard({ onFilter }: { readonly onFilter: (filter: AuditFilter) => void }): VNode {
  const [typed, setTyped] = useState(EVERYTHING);
  const set = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  return (
    <Card title="Which">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onFilter(filterOf(typed));
        }}
      >
        <div class="fields">
          <TextField label="By" placeholder="admin" value={typed.actor} onValue={(actor) => set({ actor })} />
          <TextField
            label="What"
            placeholder="pauseTimer"
            value={typed.action}
            onValue={(action) => set({ action })}
          />
          <TextField
            label="On"
            placeholder="timer:global"
            value={typed.target}
            onValue={(target) => set({ target })}
          />
          <SelectField
            label="Outcome"
            value={typed.outcome}
            onValue={(outcome) => set({ outcome })}
            options={OUTCOMES}
          />
          <MomentField label="From" value={typed.from} onValue={(from) => set({ from })} />
          <MomentField label="Until" value={typed.to} onValue={(to) => set({ to })} />
        </div>
        <div class="ends">
          <Button
            onClick={() => {
              setTyped(EVERYTHING);
              onFilter({});
            }}
          >
            Everything
          </Button>
          <Button kind="main" isSubmit>
            Show
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Entries({ filter }: { readonly filter: AuditFilter }): VNode {
  const { door } = useAround();
  const { isBusy, refusal, run } = useAct();
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [isWhole, setWhole] = useState(filter.action === NOISE);
  const shown = entries.filter(({ action }) => isWhole || action !== NOISE);
  const ask = async (after: string | null): Promise<void> => {
    const { auditLog } = await door.ask(PanelAuditDocument, { filter, first: PAGE, after });
    setEntries((before) => (after === null ? auditLog.nodes : [...before, ...auditLog.nodes]));
    setNext(auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null);
  };
  const first = (): void => void run(() => ask(null));
  useEffect(first, []);
  return (
    <Card
      title="Entries"
      isBusy={isBusy}
      beside={
        <Button icon="again" onClick={first}>
          Look again
        </Button>
      }
    >
      <RefusalNote refusal={refusal} again={first} />
      <Toggle label="Tokens for sockets too" isOn={isWhole} onValue={setWhole} />
      {isBusy && entries.length === 0 ? null : <AuditEntries entries={shown} />}
      {next === null ? null : (
        <div class="ends">
          <Button isBusy={isBusy} onClick={() => void run(() => ask(next))}>
            Older
          </Button>
        </div>
      )}
    </Card>
  );
}
