import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { startEmbeddedRedis } from '../../src/platform/embedded/redis-server';
import { Cleanup } from '../support/cleanup';
import { startOwnRedis } from '../support/own-servers';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { silentLog } from '../support/silent-log';

const run = promisify(execFile);
const scripts = join(__dirname, '../../ops/backup');
const cleanup = new Cleanup();

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function attempt(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  const options = { env: { PATH: process.env['PATH'] ?? '', ...env } };
  return await run(file, [...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (err: unknown) => {
      const { code = 1, stdout = '', stderr = '' }: Partial<Result> = Object(err);
      return { code, stdout, stderr };
    },
  );
}

/** Runs words of bash with what the scripts share. */
async function withCommon(words: string, env: Readonly<Record<string, string>> = {}): Promise<Result> {
  return await attempt('bash', ['-c', `. '${join(scripts, 'common.sh')}'\n${words}`], env);
}

// Postgres is backed up and restored for real by npm run drill, whose programs have the version of its server
describe('the scripts of ops/backup', () => {
  let folder: string;
  let keyFile: string;

  beforeAll(async () => {
    folder = cleanup.add(await makeTestFolder('backup'), removeTestFolder);
    keyFile = join(folder, 'key');
    await writeFile(keyFile, 'k'.repeat(64));
  });

  afterAll(() => cleanup.run());

  /** A backup as backup.sh makes it, with these files, encrypted and sealed by its own functions. */
  async function makeBackup(
    name: string,
    files: Readonly<Record<string, string>>,
    head = '',
  ): Promise<string> {
    const place = join(folder, name);
    await mkdir(place, { recursive: true });
    const lines = Object.entries(files).map(
      ([file, source]) => `encrypt <'${source}' >'${place}/${file}'
        printf 'file %s %s\\n' '${file}' "$(seal_of '${place}/${file}')" >>'${place}/manifest'`,
    );
    const { stderr, code } = await withCommon(
      `printf 'format 1\\n${head}' >'${place}/manifest'\n${lines.join('\n')}
       seal=$(seal_of '${place}/manifest')\nprintf 'seal %s\\n' "$seal" >>'${place}/manifest'`,
      { BACKUP_KEY_FILE: keyFile },
    );
    if (code !== 0) throw new Error(stderr);
    return place;
  }

  it('are sound bash, every one', async () => {
    const names = (await readdir(scripts)).filter((name) => name.endsWith('.sh'));
    expect(names).toEqual(['backup.sh', 'check.sh', 'common.sh', 'prune.sh', 'restore.sh', 'wal.sh']);
    for (const name of names)
      expect(await attempt('bash', ['-n', join(scripts, name)], {})).toMatchObject({ code: 0, stderr: '' });
  });

  it('say which variable is missing, and read no further', async () => {
    expect(await attempt(join(scripts, 'backup.sh'), [], {})).toMatchObject({
      code: 1,
      stderr: 'backup.sh: DATABASE_URL must be set\n',
    });
    expect(await attempt(join(scripts, 'wal.sh'), [], { DATABASE_URL: 'x' })).toMatchObject({
      code: 1,
      stderr: 'wal.sh: BACKUP_DIR must be set\n',
    });
  });

  it.each([
    [
      'postgres://app:p%40ss%2Fword@db.example:5433/darwin?sslmode=require',
      'app|p@ss/word|db.example|5433|darwin|sslmode=require',
    ],
    ['postgres://app@[::1]:5432/darwin', 'app||::1|5432|darwin|'],
    ['redis://:secret@127.0.0.1:6379', '|secret|127.0.0.1|6379||'],
    ['rediss://cache.example', '||cache.example|||'],
  ])('take %s apart', async (url, parts) => {
    const names = ['user', 'password', 'host', 'port', 'path', 'query'];
    const words = names.map((name) => `"$(url_part "$URL" ${name})"`).join(' ');
    const { stdout } = await withCommon(`printf '%s|%s|%s|%s|%s|%s' ${words}`, { URL: url });
    expect(stdout).toBe(parts);
  });

  it('find a backup whole, and refuse one that was changed, is incomplete, or has another key', async () => {
    const source = join(folder, 'source');
    await writeFile(source, 'content '.repeat(10_000));
    const place = await makeBackup('20260101T000000Z', { 'redis.rdb.enc': source });
    const check = async (where = place, key = keyFile): Promise<Result> =>
      await attempt(join(scripts, 'check.sh'), [where], { BACKUP_KEY_FILE: key });
    expect(await check()).toMatchObject({ code: 0, stdout: `whole ${place}\n` });
    expect(await readFile(join(place, 'redis.rdb.enc'), 'utf8')).not.toContain('content');
    const changed = join(folder, 'changed');
    await cp(place, changed, { recursive: true });
    await appendFile(join(changed, 'redis.rdb.enc'), 'x');
    expect(await check(changed)).toMatchObject({ code: 1, stderr: 'check.sh: redis.rdb.enc was changed\n' });
    await rm(join(changed, 'redis.rdb.enc'));
    expect(await check(changed)).toMatchObject({ code: 1, stderr: 'check.sh: redis.rdb.enc is missing\n' });
    await appendFile(join(changed, 'manifest'), 'seal of nobody\n');
    const other = join(folder, 'other-key');
    await writeFile(other, 'o'.repeat(64));
    for (const result of [await check(changed), await check(place, other)])
      expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('the manifest was changed') });
    await writeFile(other, 'short');
    expect(await check(place, other)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('32 letters'),
    });
  });

  it('bring Redis back with its append-only file on, and overwrite nothing', async () => {
    await using redis = await startOwnRedis();
    const client = new Redis(redis.url);
    await client.hset('darwin-timer:{global}:state', 'doc', 'the state');
    await client.xadd('darwin-timer:{global}:events', '1-1', 'change', 'one');
    const { stderr, code } = await withCommon(
      `use_redis "$REDIS_URL"; "\${redis_cli[@]}" --rdb '${folder}/copy.rdb'`,
      {
        REDIS_URL: redis.url,
      },
    );
    await client.quit();
    expect({ code, isTold: stderr.includes(new URL(redis.url).password) }).toEqual({
      code: 0,
      isTold: false,
    });
    const place = await makeBackup('20260102T000000Z', { 'redis.rdb.enc': join(folder, 'copy.rdb') });
    const home = cleanup.add(await makeTestFolder('restored'), removeTestFolder);
    const data = join(home, 'redis');
    const restore = (): Promise<Result> =>
      attempt(join(scripts, 'restore.sh'), [place, '--redis', data], { BACKUP_KEY_FILE: keyFile });
    expect(await restore()).toMatchObject({ code: 0 });
    expect(await restore()).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') });
    const restored = await startEmbeddedRedis({ folder: data, log: silentLog });
    const reader = new Redis(restored.url);
    expect(await reader.hget('darwin-timer:{global}:state', 'doc')).toBe('the state');
    expect(await reader.xlen('darwin-timer:{global}:events')).toBe(1);
    await reader.quit();
    await restored.stop();
  });

  it('keep the newest backups, and of the log what these need', async () => {
    const place = join(folder, 'kept');
    const source = join(folder, 'nothing');
    await writeFile(source, '');
    for (const [name, first] of [
      ['20260103T000000Z', '000000010000000000000003'],
      ['20260104T000000Z', '000000010000000000000005'],
      ['20260105T000000Z', '000000010000000000000009'],
    ])
      await makeBackup(join('kept', name ?? ''), { 'redis.rdb.enc': source }, `first-wal ${first ?? ''}\\n`);
    const log = [
      '000000010000000000000003',
      '000000010000000000000004',
      '000000010000000000000005',
      '00000001000000000000000A.partial',
    ];
    await mkdir(join(place, 'wal'));
    await mkdir(join(place, 'something-else'));
    for (const name of [...log, '00000002.history']) await writeFile(join(place, 'wal', name), '');
    expect(await attempt(join(scripts, 'prune.sh'), ['2'], { BACKUP_DIR: place })).toMatchObject({ code: 0 });
    expect((await readdir(place)).sort()).toEqual([
      '20260104T000000Z',
      '20260105T000000Z',
      'something-else',
      'wal',
    ]);
    expect((await readdir(join(place, 'wal'))).sort()).toEqual([...log.slice(2), '00000002.history'].sort());
    expect(await attempt(join(scripts, 'prune.sh'), ['0'], { BACKUP_DIR: place })).toMatchObject({ code: 1 });
  });
});
