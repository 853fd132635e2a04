/*
 * The order in which suites begin: those that wait for block times and outages first, since they need little of the
 * processor and the run lasts as long as the last of them; then the others that start servers; then all that only compute.
 * Jest itself knows what took long only where it has run before.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

/** What took longest of all on two cores, in that order. */
const LONGEST = [
  'test/e2e/chaos',
  'test/e2e/settling',
  'sources/deadline.property',
  'test/integration/alert-rules',
  'test/e2e/misbehaving-chain',
  'test/e2e/historian-killed',
  'test/e2e/restart',
  'test/e2e/admin-panel',
  'test/e2e/outage',
  'test/e2e/pages',
  'test/e2e/start',
  'test/integration/history.plans',
  'test/integration/embedded',
];

function rankOf({ path }) {
  const longest = LONGEST.findIndex((part) => path.includes(`/${part}`));
  if (longest >= 0) return longest;
  if (path.includes('/test/e2e/')) return LONGEST.length;
  return path.includes('/test/integration/') ? LONGEST.length + 1 : LONGEST.length + 2;
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rankOf(a) - rankOf(b) || a.path.localeCompare(b.path));
  }
};
