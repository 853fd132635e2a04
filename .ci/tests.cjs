/*
 * Runs `npm test`, and writes how many tests passed and failed to the file named by the first argument.
 * The suites kill servers and watch block times beside each other, on as few as two cores. A few that fail there run once
 * more, by themselves, and are named as flaky if they pass then; what fails twice has failed, and so has a run with many failures.
 */
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative } = require('node:path');

/** More failed suites than this are no accident. */
const SECOND_TRY_AT_MOST = 3;

const folder = mkdtempSync(join(tmpdir(), 'darwin-timer-ci-'));

function run(name, argv) {
  const file = join(folder, name);
  const { status } = spawnSync('npm', ['test', '--', '--json', `--outputFile=${file}`, ...argv], {
    stdio: 'inherit',
  });
  try {
    return { status, suites: JSON.parse(readFileSync(file, 'utf8')).testResults };
  } catch {
    return { status, suites: [] };
  }
}

const hasFailed = (suite) => suite.status !== 'passed';
const count = (suites, status) =>
  suites.reduce(
    (sum, suite) => sum + suite.assertionResults.filter((test) => test.status === status).length,
    0,
  );
/** Failed tests, and suites that could not run. */
const failures = (suites) =>
  count(suites, 'failed') +
  suites.filter((suite) => hasFailed(suite) && count([suite], 'failed') === 0).length;

let { status, suites } = run('first.json', []);
const failed = suites.filter(hasFailed);
if (status !== 0 && failed.length > 0 && failed.length <= SECOND_TRY_AT_MOST) {
  const names = failed.map(({ name }) => relative(process.cwd(), name));
  console.log(`\nonce more, by themselves: ${names.join(', ')}`);
  const second = run('second.json', ['--runInBand', ...names]);
  const isComplete = second.suites.length === failed.length;
  if (isComplete) {
    status = second.status;
    suites = [...suites.filter((suite) => !hasFailed(suite)), ...second.suites];
    const flaky = second.suites.filter((suite) => !hasFailed(suite));
    for (const { name } of flaky) console.log(`flaky: ${relative(process.cwd(), name)}`);
  }
}
const result = { passed: count(suites, 'passed'), failed: failures(suites) };
writeFileSync(process.argv[2], JSON.stringify(result));
rmSync(folder, { recursive: true, force: true });
process.exitCode = status === 0 && result.failed === 0 && result.passed > 0 ? 0 : 1;
