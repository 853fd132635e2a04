'use strict';
/*
 * One historian of the built service in a process of its own, to be killed. Reads what it works with as JSON from its
 * argument and writes a line when it has begun.
 */
const path = require('node:path');
const built = (file) => require(path.resolve(__dirname, '../../dist/src', file));
const { Logger } = require('@nestjs/common');
const { EventRepository } = built('history/event.repository.js');
const { StreamConsumer } = built('history/stream.consumer.js');
const { PostgresService } = built('platform/postgres/postgres.service.js');
const { RedisService } = built('platform/redis/redis.service.js');

async function main({ redisUrl, keyPrefix, postgresUrl, instanceId, pace }) {
  Logger.overrideLogger(false);
  const postgres = new PostgresService(postgresUrl);
  await postgres.connect();
  const redis = new RedisService({ url: redisUrl, keyPrefix });
  const options = { instanceId, eventsTtlSec: 3600, isHistorian: true, pace };
  new StreamConsumer(redis, new EventRepository(postgres), options).start();
  process.stdout.write('begun\n');
}

void main(JSON.parse(process.argv[2]));
