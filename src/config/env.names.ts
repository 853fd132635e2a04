import { schema } from './env.schema';

/** Variables of older deployments: accepted, ignored, and each answered with this warning. */
export const retired: Readonly<Record<string, string>> = {
  NEXT_PUBLIC_HELIUS_API_KEY:
    'NEXT_PUBLIC_HELIUS_API_KEY is ignored: a key that was public should be replaced, and the new one set as HELIUS_API_KEY',
  NEXTAUTH_SECRET: 'NEXTAUTH_SECRET is ignored: administrators sign in with ADMIN_SECRET',
};

const known: ReadonlySet<string> = new Set(Object.values(schema).map((variable) => variable.name));
const ours =
  /^(TIMER_|REDIS_|DATABASE_|HELIUS_|SOLANA_|ADMIN_|TOKEN_ADD?R|CHAIN_READING|RATE_LIMIT|ALLOWED_ORIGIN|EMBED_|TRUST_PROX|MONITORING_|ALERT_|METRICS_ENDPOINT|DRAIN_|WEBHOOK_(SIGNING|PRIVATE))/;
const serviceLink =
  /^[A-Z0-9_]+_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/**
 * Names in `source` that begin like ours but mean nothing to us, most likely misspelt, in alphabetical order.
 *
 * What Kubernetes adds for a Service called `redis` (`REDIS_SERVICE_HOST`, `REDIS_PORT=tcp://…`) is not among them.
 */
export function findUnknownNames(source: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(source)
    .filter(([name, value]) => value !== undefined && ours.test(name) && !known.has(name))
    .filter(([name, value]) => !serviceLink.test(name) && !/^(tcp|udp|sctp):\/\//.test(value ?? ''))
    .map(([name]) => name)
    .sort();
}
