import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { isTaken, postJson } from './post-json';
import { isPrivateAddress } from './private-address';

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'not an address',
  ])('says of %s that it is', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['1.1.1.1', '172.32.0.1', '192.167.1.1', '::ffff:8.8.8.8', '2606:4700:4700::1111'])(
    'says of %s that it is not',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe('postJson', () => {
  let server: Server;
  let port: number;
  const seen: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.url ?? '');
      if (request.url === '/moved') response.writeHead(302, { location: '/secret' }).end();
      else if (request.url !== '/hangs') response.writeHead(204).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  beforeEach(() => {
    seen.length = 0;
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const post = (host: string, path: string, mayBePrivate: boolean) =>
    postJson({ url: `http://${host}:${port}${path}`, body: '{}', mayBePrivate, timeoutMs: 500 });

  it.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1'])(
    'calls nobody at %s where private addresses are refused',
    async (host) => {
      expect(await post(host, '/', false)).toMatchObject({ status: null, failure: 'PRIVATE_ADDRESS' });
      expect(seen).toEqual([]);
    },
  );

  it('calls them where they are allowed', async () => {
    const outcome = await post('localhost', '/', true);
    expect([outcome.status, isTaken(outcome), seen]).toEqual([204, true, ['/']]);
  });

  it('does not follow redirects', async () => {
    const outcome = await post('127.0.0.1', '/moved', true);
    expect([outcome.status, isTaken(outcome), seen]).toEqual([302, false, ['/moved']]);
  });

  it('gives up in time', async () => {
    expect(await post('127.0.0.1', '/hangs', true)).toMatchObject({ status: null, failure: 'TIMEOUT' });
  });

  it('tells no more than a code where nobody listens', async () => {
    const outcome = await postJson({
      url: 'http://127.0.0.1:1/?token=hush',
      body: '{}',
      mayBePrivate: true,
      timeoutMs: 500,
    });
    expect(outcome).toMatchObject({ status: null, failure: 'ECONNREFUSED' });
  });
});
