import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const FENCED = /^ *(```|~~~)[^]*?^ *\1 *$/gm;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g;
const MENTION = /(?<![\w/.-])docs\/[\w/.-]+\.md(?:#[\w-]+)?/g;
/** Links of headings are made as GitHub makes them. */
const NO_PART_OF_A_LINK = /[^\p{L}\p{N}\p{M}\s_-]/gu;

function listed(pattern: string): string[] {
  // what is new counts before it is committed
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', pattern];
  return execFileSync('git', args, { encoding: 'utf8' }).trim().split('\n');
}

function headingsOf(file: string): Set<string> {
  const text = readFileSync(file, 'utf8').replace(FENCED, '');
  const found = [...text.matchAll(/^#{1,6} +(.*?) *$/gm)].map((match) => match[1] ?? '');
  const counts = new Map<string, number>();
  return new Set(
    found.map((heading) => {
      const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const slug = plain.replace(NO_PART_OF_A_LINK, '').replace(/\s/g, '-');
      const before = counts.get(slug) ?? 0;
      counts.set(slug, before + 1);
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}

/** What is wrong with a link; null where it leads somewhere. */
function problemOf(from: string, link: string): string | null {
  if (/^(https?:|mailto:)/.test(link)) return null;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : normalize(join(dirname(from), decodeURIComponent(path)));
  if (!existsSync(target)) return `${from}: ${link}: there is no ${target}`;
  if (anchor === undefined) return null;
  const isText = statSync(target).isFile() && target.endsWith('.md');
  return isText && headingsOf(target).has(anchor) ? null : `${from}: ${link}: ${target} has no such heading`;
}

function linksOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
    .replace(FENCED, '')
    .replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(LINK)].map((match) => match[1] ?? match[2] ?? '');
}

describe('links of the documentation', () => {
  const pages = listed('*.md').filter((file) => !file.startsWith('client/'));

  it('lead to files and headings that are there', () => {
    const links = pages.flatMap((file) => linksOf(file).map((link) => ({ file, link })));
    expect(links.length).toBeGreaterThan(80);
    expect(
      links.map(({ file, link }) => problemOf(file, link)).filter((problem) => problem !== null),
    ).toEqual([]);
  });

  it('are found where they lead nowhere', () => {
    expect(problemOf('README.md', 'docs/nowhere.md')).toContain('there is no docs/nowhere.md');
    expect(problemOf('docs/operating.md', '#nowhere')).toContain('has no such heading');
    expect(problemOf('docs/operating.md', 'alerts.md#redis-lost')).toBeNull();
  });

  it('are right in code, manifests and rules too', () => {
    const files = [
      'src',
      'web',
      'client',
      'k8s',
      'ops',
      'scripts',
      'bench',
      'docs',
      '.env.example',
      '*.yml',
      '*.md',
    ];
    const wrong = [...new Set(files.flatMap(listed))]
      .filter((file) => /\.(tsx?|[cm]?js|ya?ml|sh|md|conf|example)$|Dockerfile$/.test(file))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(MENTION)].map(([mention]) => ({ file, mention })),
      )
      .filter(({ mention }) => problemOf('README.md', mention) !== null);
    expect(wrong).toEqual([]);
  });

  it('reach every page from the README', () => {
    const seen = new Set(['README.md']);
    for (const file of seen) {
      for (const link of linksOf(file)) {
        const target = normalize(join(dirname(file), link.split('#')[0] ?? ''));
        if (target.endsWith('.md') && existsSync(target)) seen.add(target);
      }
    }
    const lonely = pages.filter((file) => /^docs\/[\w-]+\.md$/.test(file) && !seen.has(file));
    expect(lonely).toEqual([]);
  });
});
