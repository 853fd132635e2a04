/*
 * Builds what browsers load: the pages of web/ into <out>/web, each file also compressed beside itself, and the client
 * library into <out>/client, ready to be published.
 *
 *   node scripts/build-pages.mjs [<out>, default dist]
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.resolve(root, process.argv[2] ?? 'dist');
/** What can be imported from the client. */
const ENTRIES = ['index', 'react', 'element'];
const COMPRESSED = /\.(?:html|js|css|svg|json)$/;

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

async function buildPages() {
  const folder = path.join(out, 'web');
  await build({ configFile: path.join(root, 'web/vite.config.mjs'), build: { outDir: folder } });
  for (const file of filesOf(folder).filter((name) => COMPRESSED.test(name))) {
    const content = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  }
}

const outputAs = (format, extension) => ({
  format,
  entryFileNames: `[name].${extension}`,
  chunkFileNames: `[name]-[hash].${extension}`,
  minify: true,
});

async function buildClient() {
  const folder = path.join(out, 'client');
  const source = path.join(root, 'client/src');
  rmSync(folder, { recursive: true, force: true });
  await build({
    configFile: false,
    root: path.join(root, 'client'),
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: folder,
      target: 'es2022',
      minify: false,
      reportCompressedSize: false,
      emptyOutDir: true,
      lib: { entry: Object.fromEntries(ENTRIES.map((name) => [name, path.join(source, `${name}.ts`)])) },
      rollupOptions: {
        external: ['graphql-ws', 'react'],
        checks: { pluginTimings: false },
        output: [outputAs('es', 'mjs'), outputAs('cjs', 'js')],
      },
    },
  });
  writeTypes(source, folder);
  for (const name of ['package.json', 'README.md'])
    copyFileSync(path.join(root, 'client', name), path.join(folder, name));
  copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
}

/** Declarations for both module systems: the sources import without extensions, which only one of them may. */
function writeTypes(source, folder) {
  const types = path.join(folder, '.types');
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const args = [
    tsc,
    '-p',
    path.join(root, 'client/tsconfig.build.json'),
    '--outDir',
    types,
    '--rootDir',
    source,
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the declarations of the client could not be made');
  for (const file of filesOf(types)) {
    const text = readFileSync(file, 'utf8');
    const name = path.relative(types, file).replace(/\.d\.ts$/, '');
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    const withExtension = (extension) => text.replace(/(from ['"]\.[^'"]*)(['"])/g, `$1.${extension}$2`);
    writeFileSync(path.join(folder, `${name}.d.ts`), withExtension('js'));
    writeFileSync(path.join(folder, `${name}.d.mts`), withExtension('mjs'));
  }
  rmSync(types, { recursive: true });
}

await Promise.all([buildPages(), buildClient()]);
