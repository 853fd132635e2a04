import { setTimeout as delay } from 'node:timers/promises';
import { checkTls } from './operator/address';
import type { Authorities } from './operator/address';
import { failed, fine, reasonOf, skipped, warned } from './operator/check';
import type { Check, Outcome } from './operator/check';
import type { Deployment } from './operator/deployment';
import { listAt, numberAt, textAt, valueAt } from './operator/read-answer';

const TRIES = 10;
const AGAIN_AFTER_MS = 200;

/** What anybody can see. */
export function publicChecks(
  front: Deployment,
  instances: readonly Deployment[],
  authorities: Authorities,
): readonly Check[] {
  const all = [front, ...instances];
  const reach = 'see that the address is right and the load balancer leads to the instances';
  return [
    {
      name: 'tls',
      todo: reach,
      run: () =>
        front.url.startsWith('http://')
          ? Promise.resolve(
              warned('the address is not https', 'let the load balancer serve TLS, and verify that address'),
            )
          : checkTls(front.url, authorities),
    },
    { name: 'health', todo: reach, run: () => onEach(all, checkHealth) },
    { name: 'page', todo: reach, run: () => checkPage(front) },
    ...viewerChecks(front, instances),
    ...serviceChecks(all),
    {
      name: 'metrics',
      todo: 'let Prometheus reach /metrics of each instance',
      run: () => checkMetrics(front, instances),
    },
  ];
}

function viewerChecks(front: Deployment, instances: readonly Deployment[]): readonly Check[] {
  return [
    {
      name: 'same-timer',
      todo: 'see docs/alerts.md, timer-disagreement',
      run: () => checkSameTimer(front, instances),
    },
    {
      name: 'socket',
      todo: 'let the load balancer pass WebSocket on /graphql',
      run: () => checkSocket(front),
    },
    {
      name: 'events',
      todo: 'let the load balancer pass /api/timer/stream without buffering',
      run: () => checkEvents(front),
    },
  ];
}

function serviceChecks(all: readonly Deployment[]): readonly Check[] {
  return ['redis', 'postgres', 'history'].map((service) => ({
    name: service,
    todo: 'see GET /api/health of the instance, and docs/runbook.md',
    run: () => onEach(all, (one) => checkService(one, service)),
  }));
}

/** Runs a look at one deployment on several; the first that is not well speaks for all. */
export async function onEach(
  all: readonly Deployment[],
  look: (one: Deployment) => Promise<Outcome>,
): Promise<Outcome> {
  const outcomes = await Promise.all(
    all.map(async (one) => {
      const outcome = await look(one).catch((err: unknown) =>
        failed(reasonOf(err), 'see that it runs and can be reached from here'),
      );
      return {
        ...outcome,
        found: all.length > 1 ? `${new URL(one.url).host}: ${outcome.found}` : outcome.found,
      };
    }),
  );
  const bad =
    outcomes.find(({ status }) => status === 'failed') ?? outcomes.find(({ status }) => status !== 'ok');
  return bad ?? fine(outcomes.map(({ found }) => found).join(', '));
}

async function checkHealth(one: Deployment): Promise<Outcome> {
  const { body } = await one.json('/api/health');
  const status = textAt(body, 'status');
  if (status === 'healthy') return fine('healthy');
  const services = valueAt(body, 'services');
  const names = typeof services === 'object' && services !== null ? Object.keys(services) : [];
  const problems = names
    .filter((name) => textAt(services, name, 'status') !== 'healthy')
    .map((name) => `${name} ${textAt(services, name, 'problem') || textAt(services, name, 'status')}`);
  return failed(
    `${status || 'no health'} (${problems.join('; ')})`,
    'mend what it names, see docs/runbook.md',
  );
}

async function checkService(one: Deployment, service: string): Promise<Outcome> {
  const { body } = await one.json('/api/health');
  const found = valueAt(body, 'services', service);
  const status = textAt(found, 'status') || 'not told';
  return status === 'healthy'
    ? fine(`${status} in ${numberAt(found, 'tookMs')} ms`)
    : failed(
        `${status}: ${textAt(found, 'problem')}`,
        `see docs/runbook.md and docs/alerts.md, ${service}-lost`,
      );
}

async function checkPage(front: Deployment): Promise<Outcome> {
  const { status, type } = await front.get('/');
  return status === 200 && type.startsWith('text/html')
    ? fine('the countdown page is served')
    : failed(
        `/ gives ${status} ${type}`,
        'see that the load balancer passes / on, and that the image holds dist/web',
      );
}

interface SeenState {
  readonly host: string;
  readonly key: string;
  readonly deadline: number | null;
  readonly stale: boolean;
}

async function seenBy(one: Deployment): Promise<SeenState> {
  const { status, body } = await one.json(`/api/timer?at=${Date.now()}`);
  const host = new URL(one.url).host;
  if (status !== 200) throw new Error(`${host}: /api/timer gives ${status}`);
  const deadline = valueAt(body, 'deadline');
  return {
    host,
    key: [textAt(body, 'id'), numberAt(body, 'epoch'), numberAt(body, 'revision')].join('.'),
    deadline: typeof deadline === 'number' ? deadline : null,
    stale: valueAt(body, 'stale') === true,
  };
}

/** A trade may come between two looks, so equal states are waited for a while. */
async function checkSameTimer(front: Deployment, instances: readonly Deployment[]): Promise<Outcome> {
  // without instances the load balancer is asked several times: it spreads
  const asked = instances.length > 0 ? [front, ...instances] : [front, front, front];
  let seen: readonly SeenState[] = [];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (attempt > 1) await delay(AGAIN_AFTER_MS);
    seen = await Promise.all(asked.map(seenBy));
    const states = new Set(seen.map(({ key, deadline }) => `${key} ${deadline ?? 'none'}`));
    if (states.size > 1) continue;
    const stale = seen.find((one) => one.stale);
    if (stale !== undefined)
      return failed(`${stale.host} shows the last known state`, 'see docs/alerts.md, redis-lost');
    return fine(
      `${seen[0]?.key ?? ''} on ${instances.length > 0 ? `${asked.length} addresses` : 'three looks'}`,
    );
  }
  const told = seen.map(({ host, key, deadline }) => `${host} ${key} ${deadline ?? 'paused'}`);
  return failed(
    `they differ: ${told.join(', ')}`,
    'see that all have the same REDIS_URL and REDIS_KEY_PREFIX',
  );
}

async function checkSocket(front: Deployment): Promise<Outcome> {
  const data = await front.firstOf('subscription { timerUpdated { revision } }');
  return Number.isNaN(numberAt(data, 'timerUpdated', 'revision'))
    ? failed('the subscription gave no state', 'see the log of the instances')
    : fine('a subscription gives the state at once');
}

async function checkEvents(front: Deployment): Promise<Outcome> {
  const text = await front.firstEvent('/api/timer/stream');
  return /^(data|event|id|retry):/m.test(text)
    ? fine('a stream gives the state at once')
    : failed('the stream gave no event', 'let the load balancer pass /api/timer/stream without buffering');
}

async function checkMetrics(front: Deployment, instances: readonly Deployment[]): Promise<Outcome> {
  const isOpen = (await front.get('/metrics')).status === 200;
  if (instances.length > 0) {
    const outcome = await onEach(instances, checkOneMetrics);
    if (outcome.status !== 'ok' || !isOpen) return outcome;
  } else if (!isOpen)
    return skipped('not served at the public address, as it should be; give --instance to look inside');
  return warned('/metrics is served at the public address', 'let the load balancer keep it for the inside');
}

async function checkOneMetrics(one: Deployment): Promise<Outcome> {
  const { status, text } = await one.get('/metrics');
  const names = ['timer_deadline_timestamp_seconds', 'http_requests_total', 'build_info'];
  const missing = names.filter((name) => !text.includes(`# TYPE ${name} `));
  if (status !== 200 || missing.length > 0)
    return failed(
      `status ${status}, without ${missing.join(', ')}`,
      'see that it is an instance of the service',
    );
  return fine(`${text.match(/^# TYPE /gm)?.length ?? 0} metrics`);
}

/** Texts of a list in an answer. */
export function textsAt(answer: unknown, ...path: readonly (string | number)[]): readonly string[] {
  return listAt(answer, ...path).map((item) => textAt(item));
}
