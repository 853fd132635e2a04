import type { ComponentChildren, VNode } from 'preact';
import { ageText } from '../../timer/words';
import { useAround, useMay } from '../door/use-door';
import { Go } from '../go';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Facts, Figure, Figures } from '../parts/facts';
import { Icon } from '../parts/icon';
import { Moment } from '../parts/moment';
import { briefly } from '../parts/numbers';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { Tag } from '../parts/tag';
import { FiringList } from '../system/firing-list';
import { measured } from '../system/measured';
import { HEALTH_TONES, HEALTH_WORDS } from '../system/tones';
import { useSystem } from '../system/use-system';
import type { Status } from '../system/use-system';
import { ConfirmClockDocument } from './operations.generated';

const SUMMARY: Readonly<Record<Status['health'], string>> = {
  HEALTHY: 'Everything is as it should be',
  DEGRADED: 'Something is wrong, and is coped with',
  UNHEALTHY: 'The service cannot be relied on now',
};

/** How the whole deployment is. */
export function OverviewView(): VNode {
  const { status, refusal, firing } = useSystem();
  return (
    <>
      <PageHead title="Overview" words="How the service is now. Nothing here costs a call to the chain." />
      <RefusalNote refusal={refusal} />
      {status === null ? (
        <p class="loading" role="status">
          Asking…
        </p>
      ) : (
        <>
          <Summary status={status} />
          <Parts status={status} />
          <Card title="Alerts that fire" beside={<Go to="/admin/alerts">All alerts</Go>}>
            <FiringList alerts={firing} />
          </Card>
        </>
      )}
    </>
  );
}

function Summary({ status }: { readonly status: Status }): VNode {
  const alive = status.instances.filter((instance) => instance.alive).length;
  return (
    <section class="summary card" data-tone={HEALTH_TONES[status.health]} aria-label="Summary">
      <p class="verdict">
        <Icon name={status.health === 'HEALTHY' ? 'check' : 'warn'} />
        {SUMMARY[status.health]}
      </p>
      {status.problems.length === 0 ? null : (
        <ul class="problems">
          {status.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <Figures>
        <Figure name="Timers" value={status.timers} />
        <Figure name="Viewers" value={briefly(status.viewers)} />
        <Figure name="Instances" value={alive} words={`of ${status.instances.length} known`} />
        <Figure name="Version" value={status.version} words={status.environment} />
        <Figure name="Settings" value={status.settingsVersion} words="version in force" />
      </Figures>
    </section>
  );
}

function Parts({ status }: { readonly status: Status }): VNode {
  return (
    <div class="grid three">
      <ServerPart title="Redis" server={status.redis} holds="state of the timers, shared clock" />
      <ServerPart title="Postgres" server={status.postgres} holds="history, settings, access" />
      <HistoryPart historian={status.historian} />
      <ChainPart status={status} />
      <ClockPart clock={status.clock} />
      <InstancesPart status={status} />
    </div>
  );
}

function ServerPart(props: {
  readonly title: string;
  readonly server: Status['redis'];
  readonly holds: string;
}): VNode {
  const { health, problem, latencyMs } = props.server;
  return (
    <Part title={props.title} health={health} problem={problem}>
      <Facts
        of={[
          ['Answers in', latencyMs === null ? 'no answer' : `${latencyMs} ms`],
          ['Holds', props.holds],
        ]}
      />
    </Part>
  );
}

function HistoryPart({ historian }: { readonly historian: Status['historian'] }): VNode {
  const { lagEntries, lastCommitAt, setAside, mismatches } = historian;
  return (
    <Part title="History" health={historian.health} problem={null}>
      <Facts
        of={[
          ['Not written yet', lagEntries === null ? 'not known' : measured(lagEntries, 'entries')],
          ['Last written here', <Moment key="at" at={lastCommitAt} />],
          ['Set aside, mismatches', `${setAside}, ${mismatches}`],
        ]}
      />
    </Part>
  );
}

function InstancesPart({ status }: { readonly status: Status }): VNode {
  return (
    <Part
      title="Instances"
      health={leaderHealth(status)}
      problem={null}
      beside={<Go to="/admin/instances">Details</Go>}
    >
      <ul class="plain">
        {status.instances.map(({ id, alive, leader }) => (
          <li key={id}>
            <code>{id}</code> {leader ? <Tag tone="accent">leader</Tag> : null}{' '}
            {alive ? null : <Tag tone="bad">silent</Tag>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function leaderHealth({ instances }: Status): Status['health'] {
  return instances.every(({ alive }) => alive) ? 'HEALTHY' : 'DEGRADED';
}

function Part(props: {
  readonly title: string;
  readonly health: Status['health'];
  readonly problem: string | null;
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <Card
      title={props.title}
      beside={
        <>
          {props.beside}
          <Tag tone={HEALTH_TONES[props.health]}>{HEALTH_WORDS[props.health]}</Tag>
        </>
      }
    >
      {props.problem === null ? null : <p class="note bad">{props.problem}</p>}
      {props.children}
    </Card>
  );
}

const CHAINS: Readonly<Record<string, string>> = {
  rpc: 'over RPC',
  demo: 'demo chain: recorded trades, nothing real',
  off: 'not read',
};

function ChainPart({ status: { chain } }: { readonly status: Status }): VNode {
  const { door } = useAround();
  const seen = chain.lastSeenAt === null ? 'never' : ageText(door.now() - chain.lastSeenAt);
  return (
    <Part
      title="Solana"
      health={chain.health}
      problem={null}
      beside={<Go to="/admin/monitoring">Details</Go>}
    >
      <Facts
        of={[
          ['Is read', CHAINS[chain.kind] ?? chain.kind],
          ['Last answer', seen],
          ['Highest slot', chain.lastSlot ?? '–'],
          ['Waiting to be judged', chain.pending],
          ['Read by', chain.leader === null ? 'nobody' : <code key="who">{chain.leader.instanceId}</code>],
        ]}
      />
    </Part>
  );
}

function ClockPart({ clock }: { readonly clock: Status['clock'] }): VNode {
  const { door } = useAround();
  const mayOperate = useMay('OPERATE');
  const [ask, asked] = useQuestion();
  const confirm = (): void =>
    ask({
      title: 'Is the shared clock right?',
      words:
        'Compare it with a clock that you trust. Once it is confirmed, timers go on by it on all instances.',
      verb: 'It is right',
      hasReason: true,
      act: ({ reason }) => door.ask(ConfirmClockDocument, { reason }),
      done: 'The clock is confirmed.',
    });
  return (
    <Part title="Shared clock" health={clock.health} problem={null}>
      <Facts
        of={[
          ['Now', <Moment key="now" at={clock.now} />],
          ['Host is ahead by', `${clock.hostAheadMs} ms`],
          ['Trusted', clock.suspect ? 'no: it has stepped, and nothing explains it' : 'yes'],
        ]}
      />
      {mayOperate && clock.suspect ? (
        <Button kind="main" onClick={confirm}>
          Confirm the clock
        </Button>
      ) : null}
      {asked}
    </Part>
  );
}
