import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isPrivateAddress } from '../../platform/outbound/private-address';
import { failed, fine, warned } from './check';
import type { Outcome } from './check';

const CONNECT_WITHIN_MS = 5_000;
const RENEW_BEFORE_DAYS = 14;
const DAY_MS = 86_400_000;

/** Trust beside the authorities that Node knows: certificates in PEM; null where there are none. */
export type Authorities = string | null;

/**
 * Shakes hands with an https address: it must be reached, its certificate must be trusted, fit the name and hold for
 * two weeks more.
 */
export async function checkTls(url: string, authorities: Authorities): Promise<Outcome> {
  const { protocol, hostname, port, host } = new URL(url);
  if (protocol !== 'https:')
    return failed(`${host} is not https`, 'serve it by TLS and give the https address');
  const name = bare(hostname);
  const socket = connectTls({
    host: name,
    port: Number(port || 443),
    timeout: CONNECT_WITHIN_MS,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(authorities === null ? {} : { ca: authorities }),
  });
  try {
    await connected(socket, 'secureConnect');
    const { valid_to: end } = socket.getPeerCertificate();
    const days = Math.floor((Date.parse(end) - Date.now()) / DAY_MS);
    const found = `${host}, ${socket.getProtocol() ?? 'TLS'}, certificate for ${days} more days`;
    return days < RENEW_BEFORE_DAYS
      ? warned(found, 'renew the certificate, and see why that is not automatic')
      : fine(found);
  } finally {
    socket.destroy();
  }
}

/** Whether somebody listens where a URL leads to; nothing is sent. Resolves to the host. @throws where nobody does */
export async function reach(url: string): Promise<string> {
  const { hostname, port, protocol, host } = new URL(url);
  const socket = connectPlain({
    host: bare(hostname),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    timeout: CONNECT_WITHIN_MS,
  });
  try {
    await connected(socket, 'connect');
    return host;
  } finally {
    socket.destroy();
  }
}

/** Whether the name of a URL leads into a private network from here. @throws where it leads nowhere */
export async function isPrivateHere(url: string): Promise<boolean> {
  const found = await lookup(bare(new URL(url).hostname), { all: true });
  return found.some(({ address }) => isPrivateAddress(address));
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

async function connected(socket: ReturnType<typeof connectPlain>, event: string): Promise<void> {
  socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
  await once(socket, event);
}
