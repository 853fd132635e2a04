import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const rooms = [
  'APP',
  'CONFIG',
  'PLATFORM',
  'SETTINGS',
  'ALERTS',
  'TIMER',
  'SOLANA',
  'HISTORY',
  'GRAPHQL_ALLOW',
  'ADMIN',
  'DEMO',
];
const endings = ['INVALID', 'MALFORMED', 'NOT_FOUND', 'EXCEEDED', 'MISMATCH', 'MISSING', 'FAILED'];
const code = new RegExp(`'((?:${rooms.join('|')})_[A-Z_]*(?:${endings.join('|')}))'`, 'g');

describe('docs/errors.md', () => {
  it('has a line for every error code of the source', () => {
    const files = execFileSync('git', ['ls-files', 'src'], { encoding: 'utf8' }).trim().split('\n');
    const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    const codes = new Set(
      sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(code)].map(([, found]) => found)),
    );
    const text = readFileSync('docs/errors.md', 'utf8');
    expect(codes.size).toBeGreaterThan(30);
    expect([...codes].filter((found) => !text.includes(`\`${found ?? ''}\``))).toEqual([]);
  });
});
