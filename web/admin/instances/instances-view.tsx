import type { VNode } from 'preact';
import { ageText, durationText } from '../../timer/words';
import { useAround } from '../door/use-door';
import { Card } from '../parts/card';
import { Facts } from '../parts/facts';
import { Moment } from '../parts/moment';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { Tag } from '../parts/tag';
import { useSystem } from '../system/use-system';
import type { Status } from '../system/use-system';

type Instance = Status['instances'][number];

/** The running processes, and which of them reads the chain. */
export function InstancesView(): VNode {
  const { status, refusal } = useSystem();
  const leader = status?.chain.leader ?? null;
  return (
    <>
      <PageHead
        title="Instances"
        words={
          leader === null ? (
            'Nobody reads the chain now.'
          ) : (
            <>
              <code>{leader.instanceId}</code> reads the chain for all, by token {leader.fencingToken}. When
              it is silent, another one takes over by itself.
            </>
          )
        }
      />
      <RefusalNote refusal={refusal} />
      <div class="grid two">
        {status?.instances.map((instance) => (
          <InstanceCard key={instance.id} instance={instance} />
        ))}
      </div>
    </>
  );
}

function InstanceCard({ instance }: { readonly instance: Instance }): VNode {
  const { door } = useAround();
  const now = door.now();
  return (
    <Card
      title={instance.id}
      beside={
        <>
          {instance.leader ? <Tag tone="accent">leader</Tag> : null}
          {instance.answering ? <Tag tone="calm">answers you</Tag> : null}
          <Tag tone={instance.alive ? 'good' : 'bad'}>{instance.alive ? 'alive' : 'silent'}</Tag>
        </>
      }
    >
      {instance.clockSuspect ? <p class="note bad">The shared clock is suspect there.</p> : null}
      <Facts
        of={[
          ['Does', instance.roles.join(', ')],
          [
            'Started',
            <>
              <Moment at={instance.startedAt} />, {durationText(now - instance.startedAt)} ago
            </>,
          ],
          ['Heard of', ageText(now - instance.lastSeenAt)],
          ['Sockets', instance.sockets],
          ['Memory', `${Math.round(instance.memoryBytes / 1_048_576)} MiB`],
          ['Delay of its event loop', `${Number(instance.eventLoopDelayMs.toFixed(1))} ms`],
          ['Version', `${instance.version}, Node.js ${instance.nodeVersion}`],
        ]}
      />
    </Card>
  );
}
