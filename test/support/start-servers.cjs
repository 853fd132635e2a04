'use strict';
// Starts the embedded servers in the folder given, prints their URLs as JSON and stays: a process for tests to kill.
require('./typescript-hook.cjs');
const { startServers } = require('../../src/platform/embedded/embedded.ts');
const { silentLog } = require('./silent-log.ts');

startServers({ dataDir: process.argv[2], redisUrl: null, databaseUrl: null }, silentLog).then(
  ({ redisUrl, databaseUrl }) => {
    process.stdout.write(JSON.stringify({ redisUrl, databaseUrl }));
    setInterval(() => undefined, 1000);
  },
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
