import type { Env } from '../config/env';
import { checkTls, isPrivateHere, reach } from './operator/address';
import type { Authorities } from './operator/address';
import { failed, fine, reasonOf, skipped, warned } from './operator/check';
import type { Check, Outcome } from './operator/check';
import type { PreflightWorld, ReadEnvironment } from './preflight.world';

const FEWEST_LETTERS = 10;
const GUESSED_FIRST = /password|changeme|change-me|secret|admin|example|darwin|letmein|12345|qwerty/i;
const WEBHOOK_PATH = '/api/webhook/helius';

/** The variables as such, and the secret of administrators. */
export function variableChecks({ env, problems, warnings }: ReadEnvironment): readonly Check[] {
  return [
    { name: 'variables', todo: 'correct them', run: () => Promise.resolve(variables(problems, warnings)) },
    { name: 'admin-secret', todo: 'set ADMIN_SECRET', run: () => Promise.resolve(adminSecret(env)) },
  ];
}

/** What has to be reached from outside, or is reached there. */
export function outsideChecks(env: Env, { url, authorities }: PreflightWorld): readonly Check[] {
  return [
    {
      name: 'tls',
      todo: 'let the load balancer serve the name with a certificate that browsers trust',
      run: () =>
        url === null
          ? Promise.resolve(failed('the public address was not given', 'add --url https://<name>'))
          : checkTls(url, authorities),
    },
    {
      name: 'monitoring',
      todo: 'see that the addresses are right and reachable from here',
      run: () => monitoring(env),
    },
    {
      name: 'webhook-address',
      todo: 'let the load balancer serve HELIUS_WEBHOOK_URL',
      run: () => webhookAddress(env, authorities),
    },
  ];
}

function variables(problems: ReadEnvironment['problems'], warnings: readonly string[]): Outcome {
  if (problems.length > 0)
    return failed(
      problems.map(({ name, problem }) => `${name} ${problem}`).join('; '),
      'correct them; .env.example explains each',
    );
  return warnings.length > 0
    ? warned(warnings.join('; '), 'see whether that is meant')
    : fine('all are as production needs them');
}

function adminSecret({ adminSecret: given }: Env): Outcome {
  const better = 'make one by: openssl rand -base64 32';
  if (given === null) return failed('ADMIN_SECRET is missing or wrong', better);
  const secrets = given.reveal().split(',');
  if (secrets.some((secret) => new Set(secret).size < FEWEST_LETTERS))
    return failed(`has fewer than ${FEWEST_LETTERS} different letters`, better);
  if (secrets.some((secret) => GUESSED_FIRST.test(secret)))
    return failed('holds a word that is guessed first', better);
  return secrets.length > 1
    ? warned(`${secrets.length} secrets are taken`, 'take the former ones out when nobody uses them any more')
    : fine('long and mixed');
}

async function monitoring(env: Env): Promise<Outcome> {
  if (!env.monitoringEnabled)
    return failed('MONITORING_ENABLED is false: nobody is told of an alert', 'set it to true');
  const { alertTelegramToken, alertTelegramChat, alertTelegramApi } = env;
  const hasTelegram = alertTelegramToken !== null && alertTelegramChat !== null;
  const telegram = hasTelegram ? (alertTelegramApi?.reveal() ?? 'https://api.telegram.org') : undefined;
  const alerts = [
    env.alertWebhookUrl?.reveal(),
    env.alertDiscordUrl?.reveal(),
    env.alertSignedUrl?.reveal(),
    telegram,
  ];
  const targets = alerts.filter((url) => url !== undefined);
  if (targets.length === 0)
    return failed('alerts go nowhere', 'set ALERT_WEBHOOK_URL or another of docs/alerts.md');
  const all = [...targets, ...(env.metricsEndpoint === null ? [] : [env.metricsEndpoint.reveal()])];
  const hosts: string[] = [];
  for (const url of all) {
    const { host } = new URL(url);
    hosts.push(
      await reach(url).catch((err: unknown) => {
        throw new Error(`${host}: ${reasonOf(err)}`);
      }),
    );
  }
  return fine(`${hosts.join(', ')} can be reached; sendTestAlert tells whether they take it`);
}

async function webhookAddress(env: Env, authorities: Authorities): Promise<Outcome> {
  const { heliusWebhookMode, heliusWebhookUrl: url } = env;
  if (!heliusWebhookMode) return skipped('HELIUS_WEBHOOK_MODE is off');
  if (url === null) return failed('HELIUS_WEBHOOK_URL is not set', `set it to https://<name>${WEBHOOK_PATH}`);
  if (new URL(url).pathname !== WEBHOOK_PATH)
    return failed('HELIUS_WEBHOOK_URL has another path', `let it end in ${WEBHOOK_PATH}`);
  const outcome = await checkTls(url, authorities);
  if (outcome.status === 'ok' && (await isPrivateHere(url)))
    return warned(
      `${outcome.found}, a private address from here`,
      'see that Helius reaches it from the internet',
    );
  return outcome;
}
