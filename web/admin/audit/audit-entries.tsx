import type { VNode } from 'preact';
import { Facts } from '../parts/facts';
import { Moment } from '../parts/moment';
import { Tag } from '../parts/tag';
import type { Tone } from '../parts/tag';
import type { PanelAuditQuery } from './operations.generated';

/** An entry of the audit log. */
export type Entry = PanelAuditQuery['auditLog']['nodes'][number];

const TONES: Readonly<Record<Entry['outcome'], Tone>> = {
  DONE: 'good',
  REFUSED: 'calm',
  FAILED: 'bad',
  STARTED: 'warn',
};

/** Entries, each of which opens to everything that is known about it. */
export function AuditEntries({ entries }: { readonly entries: readonly Entry[] }): VNode {
  if (entries.length === 0) return <p class="empty">Nothing matches.</p>;
  return (
    <ul class="plain entries">
      {entries.map((entry) => (
        <li key={entry.id}>
          <details>
            <summary>
              <Moment at={entry.at} />
              <span class="who">{entry.actor}</span>
              <span class="what">
                <b>{entry.action}</b> {entry.target === null ? null : <code>{entry.target}</code>}
                {entry.reason === null ? null : <span class="quiet"> “{entry.reason}”</span>}
              </span>
              <Tag tone={TONES[entry.outcome]}>{entry.code ?? entry.outcome.toLowerCase()}</Tag>
            </summary>
            <Whole entry={entry} />
          </details>
        </li>
      ))}
    </ul>
  );
}

function Whole({ entry }: { readonly entry: Entry }): VNode {
  return (
    <div class="whole">
      <Facts
        of={[
          ['Entry', entry.id],
          ['From', `${entry.address}, ${entry.transport}`],
          ['Shown by', entry.credential.toLowerCase()],
          ['Client', entry.userAgent ?? '–'],
          ['Over at', <Moment key="over" at={entry.completedAt} />],
        ]}
      />
      <Json name="Arguments" text={entry.arguments} />
      <Json name="Before" text={entry.before} />
      <Json name="Answer" text={entry.after} />
    </div>
  );
}

function Json({ name, text }: { readonly name: string; readonly text: string | null }): VNode | null {
  if (text === null || text === '{}') return null;
  return (
    <>
      <h3>{name}</h3>
      <pre>{pretty(text)}</pre>
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
