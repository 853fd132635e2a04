'use strict';
/*
 * Carries out the Dockerfile without a container engine: lints it, runs each COPY and RUN of each stage in an empty
 * folder, then starts the last stage as another user on files that it may not write, with servers of its own.
 * Says each step; exit code 1 when one fails.
 */
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { DockerfileParser } = require('dockerfile-ast');
const { validate } = require('dockerfile-utils');
const { startEmbeddedPostgres } = require('../dist/src/platform/embedded/postgres-server.js');
const { startEmbeddedRedis } = require('../dist/src/platform/embedded/redis-server.js');
const { createLog } = require('../dist/src/platform/logging/logger.js');

const root = path.resolve(__dirname, '..');
const nobody = 65_534;
const startLimitMs = 60_000;

async function main() {
  const text = fs.readFileSync(path.join(root, 'Dockerfile'), 'utf8');
  const problems = validate(text);
  if (problems.length > 0)
    throw new Error(`Dockerfile: ${problems.map(({ message }) => message).join('; ')}`);
  say('the linter finds nothing');
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'darwin-timer-image-'));
  fs.chmodSync(folder, 0o755);
  try {
    const last = build(text, folder);
    await run(last, folder);
  } finally {
    execFileSync('chmod', ['-R', 'u+w', folder]);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs all stages; returns the last one. */
function build(text, folder) {
  const stages = new Map();
  let stage;
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const keyword = instruction.getKeyword().toUpperCase();
    if (keyword === 'FROM') {
      stage = { root: path.join(folder, `stage-${stages.size}`), workdir: '/', env: {}, command: [] };
      fs.mkdirSync(stage.root);
      stages.set(instruction.getBuildStage() ?? String(stages.size), stage);
    } else if (stage !== undefined) carryOut(stage, { keyword, words, instruction, stages });
  }
  return stage;
}

function carryOut(stage, { keyword, words, instruction, stages }) {
  const here = (name) => path.join(stage.root, path.resolve(stage.workdir, name));
  if (keyword === 'WORKDIR') {
    stage.workdir = path.resolve(stage.workdir, words[0]);
    fs.mkdirSync(here('.'), { recursive: true });
  } else if (keyword === 'COPY') {
    const flags = instruction.getFlags().map((flag) => [flag.getName(), flag.getValue()]);
    const from = Object.fromEntries(flags).from;
    const names = words.filter((word) => !word.startsWith('--'));
    const target = names.pop();
    for (const name of names) copy(from === undefined ? null : stages.get(from), name, here(target), target);
  } else if (keyword === 'RUN') {
    const command = instruction.getRawArgumentsContent();
    say(`RUN ${command}`);
    execFileSync('sh', ['-ec', command], {
      cwd: here('.'),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...registry(), ...stage.env },
      stdio: ['ignore', 2, 2],
    });
  } else if (keyword === 'ENV') {
    for (const property of instruction.getProperties()) stage.env[property.getName()] = property.getValue();
  } else if (keyword === 'USER') stage.user = words[0];
  else if (keyword === 'CMD') stage.command = JSON.parse(instruction.getRawArgumentsContent());
}

/** What a machine sets for its package client goes into the build as a build argument would. */
function registry() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^(npm_config_|https?_proxy|node_extra_ca_certs)/i.test(name),
    ),
  );
}

function copy(stage, name, into, target) {
  const source = stage === null ? path.join(root, name) : path.join(stage.root, name);
  const isFolder = fs.statSync(source).isDirectory();
  const destination = !isFolder && /(\/|^\.)$/.test(target) ? path.join(into, path.basename(name)) : into;
  fs.mkdirSync(path.dirname(destination), { recursive: true });
  const isWanted = stage === null ? contextFilter() : () => true;
  fs.cpSync(source, destination, { recursive: true, verbatimSymlinks: true, filter: isWanted });
}

/** What `.dockerignore` leaves: the last rule that matches a path or a folder above it decides. */
function contextFilter() {
  const rules = fs
    .readFileSync(path.join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ isKept: line.startsWith('!'), shape: shapeOf(line.replace(/^!/, '')) }));
  return (file) => {
    const name = path.relative(root, file);
    const last = rules.findLast(({ shape }) => shape.test(name));
    const isAbove = rules.some(
      ({ isKept, shape }) => isKept && shape.source.startsWith(`^${escape(name)}\\/`),
    );
    return name === '' || last === undefined || last.isKept || isAbove;
  };
}

function shapeOf(glob) {
  const text = escape(glob)
    .replace(/\\\*\\\*\\\//g, '(?:.*\\/)?')
    .replace(/\\\*/g, '[^/]*');
  return new RegExp(`^${text}(?:\\/.*)?$`);
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Starts the service as nobody, asks its own health check, and stops it. */
async function run(stage, folder) {
  if (stage.user === undefined || stage.user === 'root') throw new Error('the last stage runs as root');
  const workdir = path.join(stage.root, stage.workdir);
  execFileSync('chmod', ['-R', 'a-w,a+rX', stage.root]);
  const log = createLog({ level: 'warn', instance: 'check-image' });
  const redis = await startEmbeddedRedis({ folder: path.join(folder, 'redis'), log });
  const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres'), log });
  const env = {
    PATH: process.env.PATH,
    ...stage.env,
    PORT: '0',
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    ADMIN_SECRET: 'an-admin-secret-of-the-check',
    CHAIN_READING_ENABLED: 'false',
  };
  const [program, ...words] = stage.command;
  const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const child = spawn(program, words, { cwd: workdir, env, stdio: ['ignore', 2, 'pipe'], ...identity });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  try {
    const port = await portOf(child, ended);
    const probe = { cwd: workdir, env: { ...env, PORT: port }, stdio: 'inherit', ...identity };
    execFileSync(process.execPath, ['scripts/healthcheck.cjs'], probe);
    say('the service answers its health check, as nobody, on files that it may not write');
    const started = Date.now();
    child.kill('SIGTERM');
    const code = await ended;
    if (code !== 0) throw new Error(`after SIGTERM the service ended with ${String(code)}`);
    say(`SIGTERM: exit code 0 after ${Date.now() - started} ms`);
  } finally {
    child.kill('SIGKILL');
    await postgres.stop();
    await redis.stop();
  }
}

async function portOf(child, ended) {
  const limit = AbortSignal.timeout(startLimitMs);
  const told = (async () => {
    let text = '';
    for await (const chunk of child.stderr) {
      text += String(chunk);
      const port = /http:\/\/[^:\s]+:(\d+)/.exec(text)?.[1];
      if (port !== undefined) return port;
    }
    throw new Error(`the service did not start: ${text}`);
  })();
  const late = new Promise((_, reject) => {
    limit.addEventListener('abort', () => reject(new Error('the service did not start in time')));
  });
  const gone = ended.then((code) => Promise.reject(new Error(`the service ended with ${String(code)}`)));
  return await Promise.race([told, late, gone]);
}

function say(text) {
  process.stdout.write(`check-image: ${text}\n`);
}

main().catch((error) => {
  process.stderr.write(`check-image: ${error.message}\n`);
  process.exitCode = 1;
});
