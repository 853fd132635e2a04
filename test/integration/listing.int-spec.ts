import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(__dirname, '../..');
const ignored = /(^|\/)(node_modules|dist|\.[^/]+)(\/|$)/;

describe('jest', () => {
  it('lists every spec file of the tree', () => {
    const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--listTests', '--json'];
    const listed: unknown = JSON.parse(execFileSync(process.execPath, jest, { cwd: root, encoding: 'utf8' }));
    const names = Array.isArray(listed) ? listed.map((file) => relative(root, String(file))) : [];
    expect(names.sort()).toEqual(findSpecs(root));
  });
});

function findSpecs(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !ignored.test(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return findSpecs(path);
      return /[.-]spec\.[cm]?[jt]sx?$/.test(entry.name) ? [relative(root, path)] : [];
    })
    .sort();
}
