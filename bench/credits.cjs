'use strict';
/*
 * What reading the chain costs in 24 virtual hours, and what it misses: ours, naive polling and the public peer.
 *
 *   node bench/credits.cjs [--json] [--profile <name>] [--mode <name>]
 *
 * A table goes to standard output, and which goals were met; with --json a JSON object does, and the table to standard
 * error. Rows of policy `broken` are those of a scheduler that forgets deadlines. A whole run fails where a goal is missed.
 */
process.env['TZ'] = 'UTC';
require('../test/support/typescript-hook.cjs');
require('./credits/main.ts').main(process.argv.slice(2));
