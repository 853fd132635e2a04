import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.cwd();

function exists(name: string): boolean {
  const folders = name.includes('/') ? ['.'] : ['test/integration', 'test/e2e'];
  return folders.some((folder) => existsSync(join(root, folder, name)));
}

describe('the security review', () => {
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const review = text.slice(text.indexOf('## Review'));

  it('names only tests that are there', () => {
    const named = [...review.matchAll(/`([\w./-]+spec\.ts)`/g)].map(([, name = '']) => name);
    const places = named.filter((name) => !name.startsWith('.'));
    expect(places.length).toBeGreaterThan(40);
    expect(places.filter((name) => !exists(name))).toEqual([]);
  });

  it('says of each point what shows it, that it is open, or why it does not apply', () => {
    const rows = review.split('\n').filter((line) => /^\| (?!---|point|chapter)/.test(line));
    expect(rows.length).toBeGreaterThan(40);
    const told = /spec\.ts`|open: |Open: |does not apply because: |docs\/adr|the tables above/;
    expect(rows.filter((row) => !told.test(row))).toEqual([]);
  });
});

describe('the licences of dependencies', () => {
  it('are listed as the packages tell them', () => {
    execFileSync(process.execPath, [join(root, 'scripts/write-licences.cjs'), '--check'], { stdio: 'pipe' });
  });
});
