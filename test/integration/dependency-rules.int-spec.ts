import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeTestFolder } from '../support/run-folder';

const root = join(__dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = await makeTestFolder('rules');
  await cp(join(root, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'package.json'),
    '{ "dependencies": { "@solana/web3.js": "*", "@nestjs/common": "*" } }',
  );
  await writeFile(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "module": "nodenext" } }');
});
afterEach(async () => {
  await rm(join(folder, 'src'), { recursive: true, force: true });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Lays a file that imports others, which are laid empty; returns the names of the rules that refuse it. */
async function rulesBrokenBy(file: string, ...imported: readonly string[]): Promise<string[]> {
  const lines = imported.map((name) =>
    name.startsWith('src/') ? relativeImport(file, name) : `import '${name}';`,
  );
  for (const name of imported) if (name.startsWith('src/')) await lay(name, 'export {};\n');
  await lay(file, lines.join('\n'));
  return cruise();
}

function relativeImport(from: string, to: string): string {
  const path = relative(dirname(from), to).replace(/\.ts$/, '');
  return `import '${path.startsWith('.') ? path : `./${path}`}';`;
}

async function lay(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

function cruise(): string[] {
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [bin, '--config', '.dependency-cruiser.cjs', 'src'];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const rules = [...stdout.matchAll(/^\s*error ([\w-]+):/gm)].map(([, rule]) => rule ?? '');
  expect(status === 0).toBe(rules.length === 0);
  return [...new Set(rules)];
}

describe('the dependency rules', () => {
  it('let a room take the front door and the rules of a room on its left', async () => {
    const broken = await rulesBrokenBy(
      'src/history/history.service.ts',
      'src/timer/timer.service.ts',
      'src/timer/timer.module.ts',
      'src/timer/domain/timer.ts',
      'src/platform/app-error.ts',
      'src/config/env.ts',
    );
    expect(broken).toEqual([]);
  });

  it.each([
    ['an import to the right', 'src/timer/timer.service.ts', 'src/solana/solana.module.ts', 'order-of-timer'],
    [
      'rooms of one group seeing each other',
      'src/http/http.module.ts',
      'src/graphql/graphql.module.ts',
      'order-of-graphql-http-health',
    ],
    ['a room importing the application', 'src/admin/admin.service.ts', 'src/app.module.ts', 'order-of-admin'],
    [
      'plumbing that knows a noun of the domain',
      'src/platform/redis/redis.service.ts',
      'src/timer/domain/timer.ts',
      'order-of-platform',
    ],
    [
      'the inside of another room',
      'src/solana/ingest.service.ts',
      'src/timer/redis/timer.store.ts',
      'rooms-are-private',
    ],
    ['a rule that uses Nest', 'src/timer/domain/fold.ts', '@nestjs/common', 'domain-is-pure'],
    ['a rule that does I/O', 'src/timer/domain/fold.ts', 'node:fs', 'domain-is-pure'],
    [
      'the Solana library outside its folder',
      'src/solana/ingest.service.ts',
      '@solana/web3.js',
      'solana-library-in-one-folder',
    ],
    ['a file that is not there', 'src/timer/timer.service.ts', './gone', 'no-unresolved'],
  ])('refuse %s', async (_, file, imported, rule) => {
    expect(await rulesBrokenBy(file, imported)).toContain(rule);
  });

  it('refuse a cycle', async () => {
    await lay('src/timer/one.ts', `import './two';\n`);
    await lay('src/timer/two.ts', `import './one';\n`);
    expect(cruise()).toEqual(['no-cycles']);
  });
});
