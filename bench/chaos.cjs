'use strict';
/*
 * Breaks a whole service of its own, at random but as a seed says, while trades, webhooks and admins go on, and decides
 * whether what everybody saw can be explained; see docs/reliability.md.
 *
 *   node bench/chaos.cjs [--minutes 5] [--seed <n>] [--instances 3] [--within 1000] [--out <file>] [--history <file>]
 *
 * A JSON verdict with the seed goes to standard output, what happens to standard error; the exit code is 1 where a promise
 * was broken.
 */
require('../test/support/typescript-hook.cjs');
require('../test/chaos/main.ts')
  .main(process.argv.slice(2))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (err) => {
      process.stderr.write(`${err.stack}\n`);
      process.exitCode = 2;
    },
  );
