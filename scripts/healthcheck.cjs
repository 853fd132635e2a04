'use strict';
/* For the container: exit code 0 when the process answers. Asks nothing of Redis, Postgres or the chain. */
const port = process.env.PORT || '3000';

fetch(`http://127.0.0.1:${port}/api/health/live`, { signal: AbortSignal.timeout(2_000) })
  .then((answer) => process.exit(answer.ok ? 0 : 1))
  .catch(() => process.exit(1));
