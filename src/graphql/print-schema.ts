import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { schemaText } from './build-schema';

/** `--write` makes schema.graphql in the working directory, `--check` fails where it differs from the code. */
async function main(mode: string | undefined): Promise<number> {
  const file = join(process.cwd(), 'schema.graphql');
  const text = await schemaText();
  if (mode === '--write') {
    await writeFile(file, text);
    return 0;
  }
  if (mode !== '--check') {
    process.stderr.write('usage: print-schema --write | --check\n');
    return 2;
  }
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === text) return 0;
  process.stderr.write('schema.graphql differs from the code; run npm run schema:write\n');
  return 1;
}

main(process.argv[2]).then(
  (code) => {
    process.exitCode = code;
  },
  (err: unknown) => {
    process.stderr.write(`${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`);
    process.exitCode = 1;
  },
);
