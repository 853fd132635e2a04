import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = path.dirname(fileURLToPath(import.meta.url));
/** Each page is a document of its own; the service decides which path shows it. */
const pages = ['index.html', 'embed.html', 'admin/index.html'].filter((page) =>
  existsSync(path.join(root, page)),
);

/** Pages of the service: everything is a file of its own with a hash in its name, nothing stands inline. */
export default defineConfig({
  root,
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { alias: { react: 'preact/hooks' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: pages.map((page) => path.join(root, page)),
      checks: { pluginTimings: false },
    },
  },
});
