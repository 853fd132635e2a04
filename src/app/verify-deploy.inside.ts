import { failed, fine, skipped, warned } from './operator/check';
import type { Check, Outcome } from './operator/check';
import type { Deployment } from './operator/deployment';
import { listAt, numberAt, textAt, valueAt } from './operator/read-answer';
import { textsAt } from './verify-deploy.outside';

const OLDEST_LOOK_MS = 600_000;

/** What only administrators see, and that only they see it. */
export function administratorChecks(
  front: Deployment,
  instances: readonly Deployment[],
  secret: string | null,
): readonly Check[] {
  const todo = 'see that ADMIN_SECRET here is the one of the deployment';
  const asAdmin =
    (query: string, look: (data: unknown) => Outcome | Promise<Outcome>) => async (): Promise<Outcome> => {
      if (secret === null)
        return failed('ADMIN_SECRET is not set here', 'set it, so that this can be looked at');
      const { data, code } = await front.graphql(query, secret);
      return code === null ? await look(data) : failed(`refused with ${code}`, todo);
    };
  return [
    { name: 'admin', todo, run: () => checkGuard(front, secret) },
    { name: 'instances', todo, run: asAdmin(INSTANCES, (data) => judgeInstances(data, instances.length)) },
    { name: 'chain', todo, run: asAdmin(CHAIN, judgeChain) },
    { name: 'credits', todo, run: asAdmin(CREDITS, judgeCredits) },
    { name: 'webhook', todo, run: asAdmin(SOURCES, (data) => checkWebhook(data, front, secret ?? '')) },
    { name: 'alerts', todo, run: asAdmin(ALERTS, judgeAlerts) },
  ];
}

const INSTANCES = '{ instances { id roles alive leader version clockSuspect } }';
const CHAIN = `{ systemStatus { at environment problems
  chain { kind health note lastSeenAt lastSlot endpoints { name usable } leader { instanceId } } } }`;
const CREDITS = '{ creditUsage { usedThisMonth forecast burnPerDay budget { creditsPerMonth state } } }';
const SOURCES = '{ settings { monitoring { sources { webhook } } } }';
const WEBHOOKS = '{ heliusWebhooks { url active ours addresses } }';
const ALERTS = '{ alerts(firing: true) { rule severity subject } }';

async function checkGuard(front: Deployment, secret: string | null): Promise<Outcome> {
  const stranger = await front.graphql('{ settings { version } }', null);
  if (stranger.code !== 'UNAUTHENTICATED')
    return failed(
      'a stranger is not refused',
      'take the deployment off the net, and see what stands in front of it',
    );
  if (secret === null) return failed('ADMIN_SECRET is not set here', 'set it, so that this can be looked at');
  const known = await front.graphql('{ settings { version } }', secret);
  if (known.code !== null)
    return failed(
      `the secret is refused with ${known.code}`,
      'see that ADMIN_SECRET here is the one of the deployment',
    );
  const { status } = await front.get('/admin');
  const found = `strangers are refused, settings are at version ${numberAt(known.data, 'settings', 'version')}`;
  return status === 200
    ? fine(`${found}, the panel is served`)
    : warned(`${found}, /admin gives ${status}`, 'use the API; this build has no panel');
}

function judgeInstances(data: unknown, asked: number): Outcome {
  const all = listAt(data, 'instances').filter((one) => valueAt(one, 'alive') === true);
  const leaders = all.filter((one) => valueAt(one, 'leader') === true);
  const gone = listAt(data, 'instances')
    .filter((one) => valueAt(one, 'alive') !== true)
    .map((one) => textAt(one, 'id'));
  const versions = new Set(all.map((one) => textAt(one, 'version')));
  const roles = new Set(all.flatMap((one) => textsAt(one, 'roles')).map((role) => role.toLowerCase()));
  const missing = ['api', 'watcher', 'historian'].filter((role) => !roles.has(role));
  const found = `${all.length} alive, ${leaders.length} leading, version ${[...versions].join(' and ')}`;
  if (missing.length > 0)
    return failed(`${found}, none with role ${missing.join(', ')}`, 'start one with each role');
  if (all.length < asked)
    return failed(`${found}, but ${asked} were named`, 'see that all have the same REDIS_URL');
  if (all.some((one) => valueAt(one, 'clockSuspect') === true))
    return failed(`${found}, the clock is suspect`, 'see docs/alerts.md, clock-suspect');
  if (leaders.length > 1) return failed(found, 'see docs/runbook.md, DarwinTimerTwoLeaders');
  if (gone.length > 0)
    return failed(`${found}, ${gone.join(', ')} ended without a word`, 'see their last log lines');
  return versions.size > 1 ? warned(found, 'finish the rollout') : fine(found);
}

function judgeChain(data: unknown): Outcome {
  const status = valueAt(data, 'systemStatus');
  const chain = valueAt(status, 'chain');
  const kind = textAt(chain, 'kind').toLowerCase();
  const lastSeen = numberAt(chain, 'lastSeenAt');
  const ageMs = numberAt(status, 'at') - lastSeen;
  if (kind === 'off')
    return warned(
      'the chain is not read: timers end by the clock',
      'set SOLANA_RPC_ENDPOINTS unless that is meant',
    );
  if (kind !== 'rpc')
    return failed(`the chain is ${kind || 'not told'}`, 'set SOLANA_RPC_ENDPOINTS or HELIUS_API_KEY');
  const broken = listAt(chain, 'endpoints')
    .filter((one) => valueAt(one, 'usable') !== true)
    .map((one) => textAt(one, 'name'));
  if (textAt(chain, 'leader', 'instanceId') === '')
    return failed('nobody reads the chain', 'see docs/alerts.md, leader-missing');
  if (textAt(chain, 'health') === 'UNHEALTHY' || Number.isNaN(lastSeen) || ageMs > OLDEST_LOOK_MS)
    return failed(
      `it was not read (${textAt(chain, 'note') || 'no look yet'})`,
      'see docs/alerts.md, solana-lost',
    );
  const found = `slot ${numberAt(chain, 'lastSlot')}, ${Math.max(0, Math.round(ageMs / 1000))} s ago, by ${textAt(chain, 'leader', 'instanceId')}`;
  return broken.length > 0
    ? failed(`${found}; ${broken.join(', ')} not usable`, 'mend or replace that endpoint')
    : fine(found);
}

function judgeCredits(data: unknown): Outcome {
  const usage = valueAt(data, 'creditUsage');
  const state = textAt(usage, 'budget', 'state');
  const budget = numberAt(usage, 'budget', 'creditsPerMonth');
  const found = `${numberAt(usage, 'usedThisMonth')} used this month, forecast ${Math.round(numberAt(usage, 'forecast'))}`;
  if (state === '') return failed('no credits are told', 'see the log of the instances');
  if (state === 'SPENT')
    return failed(`${found}, the budget is spent`, 'raise the budget, or choose a cheaper mode');
  if (Number.isNaN(budget))
    return warned(
      `${found}, no budget`,
      'set monitoring.budget.creditsPerMonth, so that a storm costs no more than you want',
    );
  return state === 'FREE'
    ? fine(`${found} of ${budget}`)
    : warned(`${found} of ${budget}, state ${state}`, 'see docs/alerts.md, credits-budget');
}

async function checkWebhook(settings: unknown, front: Deployment, secret: string): Promise<Outcome> {
  if (valueAt(settings, 'settings', 'monitoring', 'sources', 'webhook') !== true)
    return skipped('webhook mode is off');
  const { status } = await front.post('/api/webhook/helius', '[]');
  if (status !== 401 && status !== 403)
    return failed(
      `a push without the secret gets ${status}`,
      status === 200 ? 'set HELIUS_WEBHOOK_SECRET' : 'let the load balancer pass /api/webhook/helius',
    );
  const { data, code } = await front.graphql(WEBHOOKS, secret);
  if (code !== null) return failed(`Helius cannot be asked (${code})`, 'see HELIUS_API_KEY');
  const own = listAt(data, 'heliusWebhooks').find((one) => valueAt(one, 'ours') === true);
  if (own === undefined)
    return failed('Helius has no webhook of ours', 'run the mutation registerHeliusWebhook');
  if (valueAt(own, 'active') !== true)
    return failed('Helius has switched the webhook off', 'run testHeliusWebhook, then registerHeliusWebhook');
  return fine(`${textAt(own, 'url')}, ${listAt(own, 'addresses').length} addresses; strangers are refused`);
}

function judgeAlerts(data: unknown): Outcome {
  const firing = listAt(data, 'alerts');
  const names = (severity: string): string[] =>
    firing
      .filter((one) => textAt(one, 'severity') === severity)
      .map((one) => [textAt(one, 'rule'), textAt(one, 'subject')].filter((text) => text !== '').join(' '));
  const critical = names('CRITICAL');
  if (critical.length > 0) return failed(`firing: ${critical.join(', ')}`, 'see docs/alerts.md');
  const warnings = names('WARNING');
  return warnings.length > 0
    ? warned(`firing: ${warnings.join(', ')}`, 'see docs/alerts.md')
    : fine('none fires');
}
