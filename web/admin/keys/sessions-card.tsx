import type { VNode } from 'preact';
import { useAround } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { RevokeSessionDocument } from './operations.generated';
import type { PanelKeysQuery } from './operations.generated';

type Session = PanelKeysQuery['sessions'][number];

/** Who is signed in to the panel. */
export function SessionsCard(props: {
  readonly sessions: readonly Session[];
  readonly onDone: () => void;
}): VNode {
  const { sessions, onDone } = props;
  return (
    <Card
      title="Sessions"
      words="Who is signed in to the panel. A session ends by itself after twelve hours."
    >
      <Table
        caption="Sessions"
        empty="None."
        heads={[
          { name: 'Who' },
          { name: 'From' },
          { name: 'Browser' },
          { name: 'Signed in' },
          { name: 'Last seen' },
          { name: 'Actions', isUnseen: true },
        ]}
        rows={sessions.map((session) => ({
          key: session.id,
          cells: [
            <b key="who">{session.actor}</b>,
            session.address,
            <span key="what" title={session.userAgent ?? ''}>
              {browserOf(session.userAgent)}
            </span>,
            <Moment key="in" at={session.createdAt} />,
            <Moment key="seen" at={session.lastSeenAt} />,
            session.current ? (
              <Tag tone="good">this one</Tag>
            ) : (
              <End key="end" session={session} onDone={onDone} />
            ),
          ],
        }))}
      />
    </Card>
  );
}

function browserOf(userAgent: string | null): string {
  const found = /(Firefox|Edg|HeadlessChrome|Chrome|Safari)\/(\d+)/.exec(userAgent ?? '');
  return found === null ? (userAgent ?? '–').slice(0, 24) : `${found[1] ?? ''} ${found[2] ?? ''}`;
}

function End({ session, onDone }: { readonly session: Session; readonly onDone: () => void }): VNode {
  const { door } = useAround();
  const [ask, asked] = useQuestion();
  const { id, actor } = session;
  const end = (): void =>
    ask({
      title: `End the session of ${actor}?`,
      words: 'Whoever uses it has to sign in again. Its sockets close within a second.',
      verb: 'End it',
      isDangerous: true,
      hasReason: true,
      act: ({ reason }) => door.ask(RevokeSessionDocument, { id, reason }),
      done: 'The session has ended.',
      onDone,
    });
  return (
    <>
      <Button kind="danger" onClick={end} about={`of ${actor}`}>
        End
      </Button>
      {asked}
    </>
  );
}
