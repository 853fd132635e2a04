'use strict';
// Lists the licences of what runs in production: docs/licences.md, from package-lock.json and the packages themselves.
// With --check it fails where the file says something else.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const file = path.join(root, 'docs/licences.md');

/** Packages of a kind that is installed for one platform only are listed by what the lock says of them. */
function licenceOf(place, locked) {
  const manifest = path.join(root, place, 'package.json');
  const told = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : locked;
  // older packages have a list
  const licence = told.license ?? told.licenses?.[0] ?? locked.license;
  return (typeof licence === 'object' ? licence.type : licence) ?? 'not told';
}

function rows() {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const found = Object.entries(packages)
    .filter(([place, { dev, devOptional }]) => place !== '' && !dev && !devOptional)
    .map(([place, locked]) => {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { name: `${name} ${locked.version}`, licence: licenceOf(place, locked) };
    });
  return [...new Map(found.map((row) => [row.name, row])).values()].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function text() {
  const all = rows();
  const licences = [...new Set(all.map(({ licence }) => licence))].sort();
  const named = licences.map((licence) => {
    const names = all.filter((row) => row.licence === licence).map(({ name }) => name);
    return `## ${licence} (${names.length})\n\n${names.map((name) => `- ${name}`).join('\n')}\n`;
  });
  return `# Licences of dependencies\n
What the packages that run in production say of themselves; written by \`npm run licences:write\`. What only builds and tests is left out,
apart from what is bundled into the pages (preact, uPlot and a font: see their packages). The text of each licence is in its package.\n
${named.join('\n')}`;
}

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text()) {
    process.stderr.write('docs/licences.md is not what is installed: npm run licences:write\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text());
}
