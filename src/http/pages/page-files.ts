import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';

/** In which forms a file is kept; the first that a browser takes is sent. */
export const ENCODINGS = ['br', 'gzip', 'identity'] as const;
/** One of `ENCODINGS`. */
export type Encoding = (typeof ENCODINGS)[number];

/** A built file as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** Whether its name changes with its content. */
  readonly isHashed: boolean;
  readonly forms: ReadonlyMap<Encoding, Buffer>;
}

const MANIFEST = '.vite/manifest.json';
/** Beside the built service; when the sources run, as tests do, in the last build. */
const FOLDERS = [join(__dirname, '../../../web'), join(__dirname, '../../../dist/web')];
const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz', identity: '' };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** What `scripts/build-pages.mjs` made of `web/`, held in memory; nothing outside of it can be asked for. */
@Injectable()
export class PageFiles implements OnModuleInit {
  private readonly log = new Logger('http');
  private files: ReadonlyMap<string, PageFile> = new Map();

  async onModuleInit(): Promise<void> {
    const folder = FOLDERS.find((path) => existsSync(join(path, MANIFEST)));
    if (folder === undefined) this.log.warn({ message: 'pages are not built' });
    else this.files = await readAll(folder);
  }

  /** @param name - such as `index.html` or `assets/index-1a2b.js`; null where there is no such file */
  get(name: string): PageFile | null {
    return this.files.get(name) ?? null;
  }
}

async function readAll(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const name = relative(folder, path).split(sep).join('/');
    files.set(name, await readOne(path, type, name.startsWith('assets/')));
  }
  return files;
}

async function readOne(path: string, type: string, isHashed: boolean): Promise<PageFile> {
  const forms = new Map<Encoding, Buffer>();
  for (const encoding of ENCODINGS) {
    const content = await readFile(path + SUFFIXES[encoding]).catch(() => null);
    if (content !== null) forms.set(encoding, content);
  }
  const sum = createHash('sha256')
    .update(forms.get('identity') ?? '')
    .digest('base64url');
  return { type, etag: `W/"${sum}"`, isHashed, forms };
}
