import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually';
import { makeTestFolder, removeTestFolder } from './run-folder';

const run = promisify(execFile);
const ops = join(__dirname, '../../ops/nginx');
const environment = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
/** Where packages put the types of files; the configuration includes it by its bare name. */
const MIME_TYPES = '/etc/nginx/mime.types';
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** The project's own nginx configuration in front of instances, run by the nginx of the system. */
export class Nginx implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** Port of TLS on 127.0.0.1. */
    readonly port: number,
    /** Port that only redirects. */
    readonly plainPort: number,
  ) {}

  /**
   * @param instances - addresses of at most three
   * @throws what `nginx -t` says, also where it only warns
   */
  static async start(instances: readonly string[]): Promise<Nginx> {
    const folder = await makeTestFolder('nginx');
    const [port, plainPort] = [await freePort(), await freePort()];
    await layFiles(folder, instances, port, plainPort);
    const options = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
    const { stderr } = await run('nginx', ['-t', ...options], { env: environment });
    if (/\[(warn|emerg|error)\]/.test(stderr)) throw new Error(stderr);
    const child = spawn('nginx', [...options, '-g', 'daemon off;'], { env: environment, stdio: 'ignore' });
    const nginx = new Nginx(child, folder, port, plainPort);
    await eventually(
      () => isListening(port),
      (is) => is,
    );
    return nginx;
  }

  /** `https://127.0.0.1:<port>`; the certificate is of nobody's. */
  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Its access log, as objects. */
  async accessLog(): Promise<readonly Record<string, unknown>[]> {
    const text = await readFile(join(this.folder, 'access.log'), 'utf8');
    const lines = text.trimEnd().split('\n').join(',');
    const objects: Record<string, unknown>[] = JSON.parse(`[${lines}]`);
    return objects;
  }

  /** Stops it and removes its files. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await ended;
    }
    await removeTestFolder(this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The files as they are, but for addresses, ports and places that a test must not take. */
async function layFiles(
  folder: string,
  instances: readonly string[],
  port: number,
  plainPort: number,
): Promise<void> {
  await mkdir(join(folder, 'tls'));
  await cp(MIME_TYPES, join(folder, 'mime.types'));
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'tls/tls.key'), '-out', join(folder, 'tls/tls.crt')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  await run('openssl', ['req', '-x509', '-nodes', '-days', '2', ...curve, ...subject, ...files]);
  const places = TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n');
  const configuration = replaceAll(await readFile(join(ops, 'nginx.conf'), 'utf8'), [
    ['pid /run/nginx.pid;', `pid ${folder}/nginx.pid;`],
    ['/dev/stdout', `${folder}/access.log`],
    ['/dev/stderr', `${folder}/error.log`],
    ['/var/cache/nginx/darwin-timer', `${folder}/cache`],
    ['    listen 80;\n    listen [::]:80;\n', `    listen 127.0.0.1:${plainPort};\n`],
    [
      '    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n',
      `    listen 127.0.0.1:${port} ssl http2;\n`,
    ],
    ['  sendfile on;\n', `  sendfile on;\n${places}\n`],
  ]);
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const upstreams = await readFile(join(ops, 'upstreams.conf'), 'utf8');
  await writeFile(join(folder, 'upstreams.conf'), withServers(upstreams, instances));
}

function replaceAll(text: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the configuration has no "${from}"`);
    return changed.replace(from, to);
  }, text);
}

/** The upstream with these instances in the place of those of the deployment, each with the parameters of theirs. */
function withServers(text: string, instances: readonly string[]): string {
  const left = instances.map((url) => new URL(url).host);
  const changed = text.replace(/^ *server app-\d:3000( [^;]*);\n/gm, (_line, parameters: string) => {
    const host = left.shift();
    return host === undefined ? '' : `  server ${host}${parameters};\n`;
  });
  if (left.length > 0) throw new Error('the configuration has fewer servers than are to be used');
  return changed;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return address.port;
}

async function isListening(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
