import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Cleanup } from '../support/cleanup';
import { Instance, SECRET } from '../support/instance';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { testDatabase, testRedis } from '../support/servers';

const run = promisify(execFile);
const root = join(__dirname, '../..');
const MARKED = /<!-- run -->\n\n( *)```sh\n([^]*?)\n *```/g;

interface Block {
  readonly name: string;
  readonly commands: string;
}

function blocksOf(file: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(MARKED)].map(([, indent = '', commands = ''], at) => ({
    name: `${file}, ${at + 1}: ${commands.trim().slice(0, 60)}`,
    commands: commands.replaceAll(`\n${indent}`, '\n'),
  }));
}

const pages = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'README.md', 'docs/*.md'],
  {
    cwd: root,
    encoding: 'utf8',
  },
);
const blocks = pages.trim().split('\n').flatMap(blocksOf);

describe('commands of the documentation that are marked as run', () => {
  const cleanup = new Cleanup();
  let instance: Instance;
  let folder: string;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    folder = cleanup.add(await makeTestFolder('docs'), removeTestFolder);
    await symlink(join(root, 'k8s'), join(folder, 'k8s'));
    const environment = {
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      DATABASE_URL: database.url,
      CHAIN_READING_ENABLED: 'false',
    };
    instance = cleanup.add(await Instance.start(environment), (it) => it.close());
  }, 60_000);

  afterAll(() => cleanup.run());

  it('are some', () => {
    expect(blocks.length).toBeGreaterThan(8);
  });

  it.each(blocks)('$name', async ({ commands }) => {
    const script = commands.replaceAll('http://127.0.0.1:3000', instance.url);
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ADMIN_SECRET: SECRET };
    const { stdout } = await run('bash', ['--norc', '-euc', script], { cwd: folder, env });
    expect(stdout).not.toContain('"errors"');
    expect(stdout.length + commands.indexOf('>')).toBeGreaterThan(0);
  });
});
