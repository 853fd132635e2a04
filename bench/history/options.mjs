/** What the bench was called with. */
const HELP = `How fast history is read while trades are written, and how fast and how lean it is exported.

  npm run bench:history -- [options]

  --rows <number>       trades to load, default 10000000
  --days <number>       days they are spread over, default 90
  --runs <number>       how often each question is asked, default 200
  --export <rows>       rows to export, default 1000000
  --write <number>      trades a second that are written meanwhile, default 500
  --keep <folder>       load into this folder and leave the data there
  --load-only           stop when the data are loaded; with --keep
  --reuse <folder>      load nothing, measure on what --keep left
  --json                one JSON object instead of lines for people
`;

/** @returns the options, or null where only help was asked for */
export function readOptions(argv) {
  if (argv.includes('--help')) {
    process.stdout.write(HELP);
    return null;
  }
  const text = (name) => {
    const at = argv.indexOf(name);
    return at < 0 ? null : (argv[at + 1] ?? null);
  };
  const number = (name, fallback) => {
    const given = text(name);
    const value = given === null ? fallback : Number(given);
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
    return value;
  };
  return {
    rows: number('--rows', 10_000_000),
    days: number('--days', 90),
    runs: number('--runs', 200),
    exportRows: number('--export', 1_000_000),
    rate: number('--write', 500),
    keep: text('--keep'),
    reuse: text('--reuse'),
    isLoadOnly: argv.includes('--load-only'),
    isJson: argv.includes('--json'),
  };
}
