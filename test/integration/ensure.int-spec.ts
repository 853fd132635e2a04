import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeTestFolder } from '../support/run-folder';

const root = join(__dirname, '../..');
let clone: string;

/** Stands for npm: notes that it ran and leaves a build command which notes the same and copies src. */
const npm = `
const fs = require('node:fs');
fs.appendFileSync('ran.log', 'npm ' + process.argv.slice(2).join(' ') + ' NODE_ENV=' + process.env.NODE_ENV + '\\n');
const folder = 'node_modules/@nestjs/cli/bin';
fs.mkdirSync(folder, { recursive: true });
fs.copyFileSync('build-command.cjs', folder + '/nest.js');
`;
const buildCommand = `
const fs = require('node:fs');
fs.appendFileSync('ran.log', 'build\\n');
if (fs.existsSync('broken')) process.exit(1);
const { tsConfigPath } = JSON.parse(fs.readFileSync(process.argv[process.argv.indexOf('--config') + 1])).compilerOptions;
const { outDir } = JSON.parse(fs.readFileSync(tsConfigPath)).compilerOptions;
fs.cpSync('src', outDir + '/src', { recursive: true });
`;

/** Stands for the build of pages, in the same way. */
const pagesCommand = `
import fs from 'node:fs';
fs.appendFileSync('ran.log', 'pages\\n');
fs.cpSync('web', process.argv[2] + '/web', { recursive: true });
`;

async function lay(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(clone, name), content);
}

beforeEach(async () => {
  clone = await makeTestFolder('clone');
  await mkdir(join(clone, 'scripts'));
  await mkdir(join(clone, 'src'));
  await mkdir(join(clone, 'web'));
  await cp(join(root, 'scripts/ensure.cjs'), join(clone, 'scripts/ensure.cjs'));
  await lay({
    'package.json': '{ "dependencies": {}, "scripts": { "start": "x" } }',
    'package-lock.json': '{}',
    'nest-cli.json': '{ "compilerOptions": { "tsConfigPath": "tsconfig.build.json" } }',
    'src/main.ts': 'one',
    'scripts/build-pages.mjs': pagesCommand,
    'web/index.html': 'one',
    'npm.cjs': npm,
    'build-command.cjs': buildCommand,
  });
});
afterEach(async () => {
  await rm(clone, { recursive: true, force: true });
});

interface Outcome {
  readonly code: unknown;
  readonly said: string;
}

async function ensure(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(process.execPath, ['scripts/ensure.cjs', ...args], {
    cwd: clone,
    env: { ...process.env, npm_execpath: join(clone, 'npm.cjs'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  const said = await text(child.stderr);
  const [code]: unknown[] = await closed;
  return { code, said };
}

async function ran(): Promise<string[]> {
  const log = await readFile(join(clone, 'ran.log'), 'utf8').catch(() => '');
  return log.split('\n').filter((line) => line !== '');
}

describe('scripts/ensure.cjs', () => {
  it('installs once, with what builds, also when production is asked for', async () => {
    expect(await ensure([], { NODE_ENV: 'production' })).toEqual({ code: 0, said: expect.any(String) });
    await ensure();
    expect(await ran()).toEqual(['npm ci --include=dev --include=optional --no-audit --no-fund NODE_ENV=']);
  });

  it('installs again when the lock file changes, not when a script does', async () => {
    await ensure();
    await lay({ 'package.json': '{ "dependencies": {}, "scripts": { "start": "y" } }' });
    await ensure();
    expect(await ran()).toHaveLength(1);
    await lay({ 'package-lock.json': '{ "changed": true }' });
    await ensure();
    expect(await ran()).toHaveLength(2);
  });

  it('builds again when a source changes, not when it is only touched or a spec changes', async () => {
    await ensure(['--build']);
    await lay({ 'src/main.ts': 'one', 'src/main.spec.ts': 'test' });
    await ensure(['--build']);
    expect((await ran()).filter((line) => line === 'build')).toHaveLength(1);
    await lay({ 'src/main.ts': 'two' });
    await ensure(['--build']);
    expect((await ran()).filter((line) => line === 'build')).toHaveLength(2);
    expect(await readFile(join(clone, 'dist/src/main.ts'), 'utf8')).toBe('two');
  });

  it('builds only what has changed, and keeps the rest', async () => {
    await ensure(['--build']);
    await lay({ 'web/index.html': 'two' });
    await ensure(['--build']);
    expect((await ran()).slice(1)).toEqual(['build', 'pages', 'pages']);
    expect(await readFile(join(clone, 'dist/src/main.ts'), 'utf8')).toBe('one');
    expect(await readFile(join(clone, 'dist/web/index.html'), 'utf8')).toBe('two');
    await lay({ 'src/main.ts': 'two' });
    await ensure(['--build']);
    expect((await ran()).slice(1)).toEqual(['build', 'pages', 'pages', 'build']);
    expect(await readFile(join(clone, 'dist/web/index.html'), 'utf8')).toBe('two');
  });

  it('keeps the last build and says so when a build fails', async () => {
    await ensure(['--build']);
    await lay({ 'src/main.ts': 'two', broken: '' });
    expect(await ensure(['--build'])).toEqual({
      code: 1,
      said: expect.stringContaining('nest.js build failed'),
    });
    expect(await readFile(join(clone, 'dist/src/main.ts'), 'utf8')).toBe('one');
    await rm(join(clone, 'broken'));
    expect((await ensure(['--build'])).code).toBe(0);
    expect(await readFile(join(clone, 'dist/src/main.ts'), 'utf8')).toBe('two');
  });

  it('lets two at once both work, and only one of them install and build', async () => {
    const both = await Promise.all([ensure(['--build']), ensure(['--build'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await ran()).toEqual([expect.stringMatching(/^npm ci/), 'build', 'pages']);
  });

  it('takes over the lock of a dead process and leaves none', async () => {
    await lay({ '.ensure.lock': '4194304' });
    expect((await ensure()).code).toBe(0);
    expect((await readdir(clone)).filter((name) => name.includes('ensure'))).toEqual([]);
  });

  it('takes over a lock that is older than any install', async () => {
    await lay({ '.ensure.lock': String(process.pid) });
    const { utimes } = await import('node:fs/promises');
    await utimes(join(clone, '.ensure.lock'), 0, 0);
    expect((await ensure()).code).toBe(0);
    await expect(stat(join(clone, '.ensure.lock'))).rejects.toThrow(/ENOENT/);
  });

  it.each([
    ['--redis', /redis-server[^]*apt-get install/],
    ['--chromium', /Chromium[^]*apt-get install -y chromium/],
  ])('names what is missing for %s where there is none and none can be installed', async (option, words) => {
    await mkdir(join(clone, 'bin'));
    const outcome = await ensure([option], { PATH: join(clone, 'bin') });
    expect(outcome).toEqual({ code: 1, said: expect.stringMatching(words) });
  });
});
