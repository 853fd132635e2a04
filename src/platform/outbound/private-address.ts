import { lookup as resolve } from 'node:dns';
import { lookup as resolveAll } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** Addresses that are not of the public internet: this machine, private and shared networks, and what is reserved. */
const IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only 2000::/3 is public; of that, what tunnels or documents is left out. */
const IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const PUBLIC_IPV6 = '2000::/3';

const blocked = listOf([...IPV4, ...IPV6]);
const publicIpv6 = listOf([PUBLIC_IPV6]);
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** A name or address that only our own network knows was to be called, and may not be. */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS';
}

/** Whether `address` is no address of the public internet. @param address - IPv4 or IPv6, without brackets */
export function isPrivateAddress(address: string): boolean {
  const plain = MAPPED.exec(address)?.[1] ?? address;
  if (isIP(plain) === 4) return blocked.check(plain, 'ipv4');
  return isIP(plain) !== 6 || !publicIpv6.check(plain, 'ipv6') || blocked.check(plain, 'ipv6');
}

/**
 * Resolves names as a connection does, and refuses private addresses: what was public when a URL was taken may be
 * private when it is called, and the address that is checked is the one that is connected to.
 */
export const publicLookup: LookupFunction = (name, options, callback) => {
  resolve(name, { ...options, all: true }, (err, found) => {
    if (err !== null) callback(err, '', 0);
    else if (found.some(({ address }) => isPrivateAddress(address))) {
      callback(new PrivateAddressError('the name leads to a private address'), '', 0);
    } else if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  });
};

/** Throws where the host of a URL is a private address as it stands; names are judged when they are resolved. */
export function assertPublicHost(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isPrivateAddress(host)) throw new PrivateAddressError('the address is private');
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits = '0'] = subnet.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** The same for names as they are resolved now; one that cannot be resolved now is judged when it is called. */
export async function assertPublicTarget(url: URL): Promise<void> {
  assertPublicHost(url);
  const found = await resolveAll(url.hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  if (found.some(({ address }) => isPrivateAddress(address))) {
    throw new PrivateAddressError('the name leads to a private address');
  }
}
