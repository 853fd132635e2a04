'use strict';
/*
 * Makes a clone ready before npm start and npm test: dependencies, with --build the build, with --redis a redis-server,
 * with --faketime libfaketime, with --chromium a browser, with --postgres a server for the drill, with --operations what
 * checks the files for operators.
 * Runs before anything is installed, so it uses nothing but Node. Two at once in one clone wait for each other.
 */
const { execFileSync, spawnSync } = require('node:child_process');
const { createHash, randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const inRoot = (...parts) => path.join(root, ...parts);
const lockFile = inRoot('.ensure.lock');
const lockPollMs = 200;
const oldestLockMs = 15 * 60_000;
/** Programs that npm cannot bring. */
const redis = {
  binaries: ['redis-server', 'valkey-server'],
  package: 'redis-server',
  hint: [
    'No redis-server or valkey-server was found. Install one, then try again:',
    '  Debian, Ubuntu: apt-get install -y redis-server',
    '  Fedora, RHEL:   dnf install -y valkey',
    '  macOS:          brew install redis',
  ].join('\n'),
};
const chromium = {
  binaries: process.env.CHROMIUM_PATH
    ? [process.env.CHROMIUM_PATH]
    : ['chromium', 'chromium-browser', 'google-chrome'],
  package: 'chromium',
  hint: [
    'No Chromium was found, which the tests of the pages drive. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y chromium',
    '  Fedora, RHEL:   dnf install -y chromium',
    '  elsewhere:      set CHROMIUM_PATH to a Chromium or Chrome',
  ].join('\n'),
};

const kubectl = {
  binaries: ['kubectl'],
  package: 'kubernetes-client',
  hint: [
    'No kubectl was found, which the test of the Kubernetes files renders them with. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y kubernetes-client',
    '  macOS:          brew install kubernetes-cli',
  ].join('\n'),
};

const promtool = {
  binaries: ['promtool'],
  package: 'prometheus',
  hint: [
    'No promtool was found, which checks metrics and rules in the tests. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y prometheus',
    '  macOS:          brew install prometheus',
  ].join('\n'),
};
const amtool = {
  binaries: ['amtool'],
  package: 'prometheus-alertmanager',
  hint: [
    'No amtool was found, which checks the configuration of Alertmanager in the tests. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y prometheus-alertmanager',
    '  macOS:          brew install alertmanager',
  ].join('\n'),
};

const nginx = {
  // a path of users need not hold the programs of the system
  binaries: ['nginx', '/usr/sbin/nginx'],
  package: 'nginx',
  hint: [
    'No nginx was found, which its configuration is tested with. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y nginx',
    '  Fedora, RHEL:   dnf install -y nginx',
    '  macOS:          brew install nginx',
  ].join('\n'),
};
const openssl = {
  binaries: ['openssl'],
  package: 'openssl',
  hint: [
    'No openssl was found, which makes the certificate that nginx is tested with. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y openssl',
    '  Fedora, RHEL:   dnf install -y openssl',
  ].join('\n'),
};
const curl = {
  binaries: ['curl'],
  package: 'curl',
  hint: [
    'No curl was found, with which the tests run the commands of the documentation. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y curl',
    '  Fedora, RHEL:   dnf install -y curl',
  ].join('\n'),
};

/** A library: it brings no program, so its file is looked for. */
const faketime = {
  isThere: () =>
    ['/usr/lib', '/usr/lib64']
      .flatMap((folder) => [folder, ...subfolders(folder)])
      .some((folder) => fs.existsSync(path.join(folder, 'faketime', 'libfaketimeMT.so.1'))),
  package: 'libfaketime',
  hint: [
    'No libfaketime was found, with which the tests set the clock of a Redis. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y libfaketime',
    '  Fedora, RHEL:   dnf install -y libfaketime',
  ].join('\n'),
};

/** A server with the programs of its version that copy and restore it; a client alone would not do. */
const postgres = {
  isThere: () =>
    (process.env.PATH ?? '')
      .split(path.delimiter)
      .concat(subfolders('/usr/lib/postgresql').map((folder) => path.join(folder, 'bin')))
      .some((folder) =>
        ['postgres', 'pg_basebackup'].every((name) => fs.existsSync(path.join(folder, name))),
      ),
  package: 'postgresql',
  hint: [
    'No Postgres server with pg_basebackup was found, which the drill destroys and restores. Install it, then try again:',
    '  Debian, Ubuntu: apt-get install -y postgresql',
    '  macOS:          brew install postgresql',
  ].join('\n'),
};

/** Ends with one message for a person. */
class Refusal extends Error {}

function main() {
  checkNode(process.versions.node);
  withLock(() => {
    installDependencies();
    if (process.argv.includes('--build')) build();
    if (process.argv.includes('--redis')) ensurePackage(redis);
    if (process.argv.includes('--faketime')) ensurePackage(faketime);
    if (process.argv.includes('--chromium')) ensurePackage(chromium);
    if (process.argv.includes('--postgres')) ensurePackage(postgres);
    if (process.argv.includes('--operations'))
      for (const tool of [kubectl, promtool, amtool, nginx, openssl, curl]) ensurePackage(tool);
  });
}

function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (!fits) throw new Refusal(`Darwin Timer needs Node 20.19, 22.12 or 24 and newer; this is ${version}.`);
}

function installDependencies() {
  const stampFile = inRoot('node_modules', '.darwin-timer-stamp');
  const stamp = dependencyStamp();
  if (read(stampFile) === stamp) return;
  say('installing dependencies');
  runNpm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']);
  fs.writeFileSync(stampFile, stamp);
}

function dependencyStamp() {
  const { dependencies, optionalDependencies, devDependencies, overrides } = JSON.parse(
    read(inRoot('package.json')),
  );
  const manifest = JSON.stringify({ dependencies, optionalDependencies, devDependencies, overrides });
  const place = `${process.platform} ${process.arch} ${process.versions.node.split('.')[0]}`;
  return hash([manifest, read(inRoot('package-lock.json')), place]);
}

/** What is built, each from sources of its own; what has not changed is taken over from the build before. */
const parts = [
  {
    name: 'service',
    folders: ['src', 'migrations'],
    files: ['ormconfig.ts', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'],
    made: ['src', 'migrations', 'ormconfig.js', 'ormconfig.js.map'],
    make: (fresh) => {
      const configFile = writeBuildConfig(fresh);
      try {
        runNode(['node_modules/@nestjs/cli/bin/nest.js', 'build', '--config', path.basename(configFile)]);
      } finally {
        fs.rmSync(configFile, { force: true });
        fs.rmSync(inRoot('.tsconfig.ensure.json'), { force: true });
      }
    },
  },
  {
    name: 'pages',
    folders: ['web', 'client'],
    files: ['tsconfig.json', 'scripts/build-pages.mjs'],
    made: ['web', 'client'],
    make: (fresh) => runNode(['scripts/build-pages.mjs', path.basename(fresh)]),
  },
];

/** Builds aside and swaps, so that a running server never meets a half-made dist. */
function build() {
  const stamps = parts.map((part) => [part, partStamp(part), inRoot('dist', stampName(part))]);
  if (stamps.every(([, stamp, file]) => read(file) === stamp)) return;
  const fresh = inRoot('.dist-new');
  const old = inRoot('.dist-old');
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.rmSync(old, { recursive: true, force: true });
  for (const [part, stamp, file] of stamps) {
    if (read(file) === stamp) takeOver(part, fresh);
    else {
      say(`building the ${part.name}`);
      part.make(fresh);
    }
    fs.writeFileSync(path.join(fresh, stampName(part)), stamp);
  }
  if (fs.existsSync(inRoot('dist'))) fs.renameSync(inRoot('dist'), old);
  fs.renameSync(fresh, inRoot('dist'));
  fs.rmSync(old, { recursive: true, force: true });
}

function stampName({ name }) {
  return `.darwin-timer-${name}-stamp`;
}

function takeOver({ made }, fresh) {
  for (const name of made) {
    const from = inRoot('dist', name);
    if (fs.existsSync(from)) fs.cpSync(from, path.join(fresh, name), { recursive: true });
  }
}

/** The build configuration of the project, with another output folder. */
function writeBuildConfig(outDir) {
  const out = path.relative(root, outDir);
  const config = JSON.parse(read(inRoot('nest-cli.json')));
  const assets = (config.compilerOptions.assets ?? []).map((asset) => ({
    ...asset,
    outDir: (asset.outDir ?? 'dist').replace(/^dist/, out),
  }));
  const tsConfigPath = '.tsconfig.ensure.json';
  const base = `./${config.compilerOptions.tsConfigPath}`;
  fs.writeFileSync(inRoot(tsConfigPath), JSON.stringify({ extends: base, compilerOptions: { outDir: out } }));
  const file = inRoot('.nest-cli.ensure.json');
  const compilerOptions = { ...config.compilerOptions, assets, tsConfigPath };
  fs.writeFileSync(file, JSON.stringify({ ...config, compilerOptions }));
  return file;
}

function partStamp({ folders, files }) {
  const watched = /\.(tsx?|lua|json|html|css|m?js|svg|sql|md)$/;
  const sources = folders
    .flatMap((folder) => listFiles(inRoot(folder)))
    .filter((file) => watched.test(file) && !/\.spec\.tsx?$/.test(file));
  const all = [...sources, ...files.map((name) => inRoot(name))].sort();
  return hash([dependencyStamp(), ...all.flatMap((file) => [path.relative(root, file), read(file)])]);
}

function listFiles(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

function ensurePackage({ binaries, package: name, hint, isThere = () => binaries.some(hasBinary) }) {
  if (isThere()) return;
  const release = read('/etc/os-release');
  const isDebian = /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
  if (!isDebian || process.getuid?.() !== 0 || !hasBinary('apt-get')) throw new Refusal(hint);
  say(`${name} is missing: apt-get install -y ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 2, 2] });
  apt('update');
  apt('install', '-y', '--no-install-recommends', name);
  if (!isThere()) throw new Refusal(hint);
}

function subfolders(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).map((name) => path.join(folder, name));
}

function hasBinary(name) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' }).status === 0;
}

function runNpm(args) {
  const npm = process.env.npm_execpath;
  // npm itself, as it called us; production would leave out what builds
  const env = { ...process.env, NODE_ENV: '' };
  if (npm && /\.c?js$/.test(npm)) runNode([npm, ...args], env);
  else execFileSync('npm', args, { cwd: root, env, stdio: ['ignore', 2, 2] });
}

function runNode(args, env = process.env) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Refusal(`${path.basename(args[0])} ${args[1]} failed.`);
}

function withLock(work) {
  const leave = takeLock();
  const onSignal = (signal) => {
    leave();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    work();
  } finally {
    leave();
  }
}

function takeLock() {
  let said = false;
  while (!tryLock()) {
    if (!said) say('waiting for another start in this clone');
    said = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPollMs);
  }
  return () => {
    if (read(lockFile) === String(process.pid)) fs.rmSync(lockFile, { force: true });
  };
}

function tryLock() {
  // linked into place with its content, so that nobody ever reads a lock without a holder
  const draft = `${lockFile}.${process.pid}.${randomBytes(4).toString('hex')}`;
  fs.writeFileSync(draft, String(process.pid));
  try {
    fs.linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
  discardDeadLock();
  return false;
}

/** Removes the lock of a dead process by renaming it first, so that of two who try only one removes it. */
function discardDeadLock() {
  const holder = Number(read(lockFile));
  const { mtimeMs = Date.now() } = fs.statSync(lockFile, { throwIfNoEntry: false }) ?? {};
  if (!(holder > 0) || (isAlive(holder) && Date.now() - mtimeMs < oldestLockMs)) return;
  const aside = `${lockFile}.${process.pid}.dead`;
  try {
    fs.renameSync(lockFile, aside);
    if (Number(read(aside)) === holder) fs.rmSync(aside);
    else fs.renameSync(aside, lockFile);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return !/^\d+ \(.*\) Z/s.test(read(`/proc/${pid}/stat`));
}

function hash(texts) {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text).update('\0');
  return sum.digest('hex');
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function say(text) {
  process.stderr.write(`darwin-timer: ${text}\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
