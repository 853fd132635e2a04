'use strict';
/* Loaded into the service by `--broken leak`: keeps two megabytes more with every second. */
const kept = [];
setInterval(() => kept.push(Buffer.alloc(2 * 2 ** 20, 1)), 1_000).unref();
