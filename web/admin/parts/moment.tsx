import type { VNode } from 'preact';

const TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** A time as the device tells it; in UTC for those who point at it. */
export function Moment({ at }: { readonly at: number | null }): VNode {
  if (at === null) return <span class="quiet">–</span>;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {TIME.format(date)}
    </time>
  );
}
