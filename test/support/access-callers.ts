import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { csrfTokenOf, makeSessionToken } from '../../src/admin/access/tokens';
import { bearer, makeKey, pageOf, send, signIn } from './access-rig';
import { ADMIN_SECRET } from './api-rig';
import type { ApiRig } from './api-rig';

/** Headers of every kind of caller that is known by name, all of them real ones. */
export type Callers = Readonly<Record<string, Record<string, string>>>;

/** Makes a caller of every kind over HTTP, to be sent through a proxy that the rig trusts. */
export async function makeCallers(rig: ApiRig, databaseUrl: string): Promise<Callers> {
  // seen through a proxy: cookies are those of TLS
  const elsewhere = { 'x-forwarded-for': '10.255.0.1' };
  const [read, operate, admin] = [
    await makeKey(rig, 'reader', ['READ']),
    await makeKey(rig, 'operator', ['OPERATE']),
    await makeKey(rig, 'administrator', ['ADMIN']),
  ];
  const [expiredKey, revokedKey] = [
    await makeKey(rig, 'expired', ['ADMIN']),
    await makeKey(rig, 'revoked', ['ADMIN']),
  ];
  const page = await signIn(rig, ADMIN_SECRET, elsewhere);
  const [readerPage, expiredPage, revokedPage] = [
    await signIn(rig, read.secret, elsewhere),
    await signIn(rig, ADMIN_SECRET, elsewhere),
    await signIn(rig, ADMIN_SECRET, elsewhere),
  ];
  const revoke = `mutation { revokeApiKey(id: "${revokedKey.id}") { key { id } }
    revokeSession(id: "${revokedPage.sessionId}") { session { id } } }`;
  await send(rig, revoke, bearer(ADMIN_SECRET));
  await expire(databaseUrl, expiredKey.id, expiredPage.sessionId);
  const ticket = await makeTicket(rig);
  const nobodys = makeSessionToken();
  return {
    none: {},
    'wrong secret': bearer('wrong'),
    'wrong key': bearer(`${read.secret.slice(0, 37)}${randomBytes(32).toString('base64url')}`),
    'unknown key': bearer(`dtk_${'0'.repeat(32)}_${randomBytes(32).toString('base64url')}`),
    'another scheme': { authorization: `Basic ${Buffer.from(`admin:${ADMIN_SECRET}`).toString('base64')}` },
    'token for a socket': bearer(ticket),
    'expired key': bearer(expiredKey.secret),
    'revoked key': bearer(revokedKey.secret),
    'expired session': pageOf(expiredPage),
    'revoked session': pageOf(revokedPage),
    'unknown session': pageOf({
      cookie: page.cookie.replace(/session=[\w-]{43}/, `session=${nobodys}`),
      csrfToken: csrfTokenOf(nobodys),
      sessionId: '',
    }),
    'session without CSRF token': { cookie: page.cookie },
    'session with a wrong CSRF token': { cookie: page.cookie, 'x-csrf-token': readerPage.csrfToken },
    'session from a foreign origin': { ...pageOf(page), origin: 'https://elsewhere.example' },
    'read key': bearer(read.secret),
    'operate key': bearer(operate.secret),
    'admin key': bearer(admin.secret),
    'read session': pageOf(readerPage),
    'admin session': pageOf(page),
    secret: bearer(ADMIN_SECRET),
  };
}

/** A token for one socket, with the rights of the secret or of `headers`. */
export async function makeTicket(
  rig: ApiRig,
  scope = 'ADMIN',
  headers: Record<string, string> = bearer(ADMIN_SECRET),
): Promise<string> {
  const answer = await send(rig, `mutation { createSubscriptionToken(scope: ${scope}) { token } }`, headers);
  const made: { token: string } = JSON.parse(JSON.stringify(answer.data?.['createSubscriptionToken']));
  return made.token;
}

async function expire(databaseUrl: string, keyId: string, sessionId: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [keyId]);
    await client.query("update sessions set expires_at = now() - interval '1 second' where id = $1", [
      sessionId,
    ]);
  } finally {
    await client.end();
  }
}
