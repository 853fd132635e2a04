'use strict';
/*
 * Replaces three instances one after the other behind a balancer, under thousands of subscribers, and looks whether any of
 * them missed anything once it had come back: states by (epoch, revision), trades and ends of rounds by cursor.
 *
 *   node bench/rolling.cjs [--subscribers 3000] [--out <file>]
 *
 * A JSON verdict goes to standard output, what happens to standard error; the exit code is 1 where something was lost.
 */
require('../test/support/typescript-hook.cjs');
require('./rolling/main.ts').main(process.argv.slice(2));
