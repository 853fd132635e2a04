/* Medians and spread over the runs, the goals as ratios, and a table of them. */

const round = (number, digits = 1) => (Number.isFinite(number) ? Number(number.toFixed(digits)) : null);

function median(numbers) {
  const sorted = numbers.filter(Number.isFinite).toSorted((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** What was seen of one part, of all servers and runs. */
const seenIn = (results, part) =>
  results.filter((each) => each.part === part).map(({ server, seen }) => ({ server, ...seen }));

function rowsOf(grown) {
  const groups = new Map();
  for (const { server, rows } of grown) {
    for (const row of rows) {
      const key = `${server} ${row.subscribers} ${row.updatesPerSecond}`;
      groups.set(key, [...(groups.get(key) ?? []), { server, ...row }]);
    }
  }
  return [...groups.values()].map((rows) => {
    const of = (name) => rows.map((row) => row[name]);
    const costs = of('cpuUsPerMessage');
    const lost = of('lost').reduce((sum, each) => sum + each, 0);
    return {
      server: rows[0].server,
      subscribers: rows[0].subscribers,
      updatesPerSecond: rows[0].updatesPerSecond,
      cpuUsPerMessage: round(median(costs)),
      p50Ms: round(median(of('p50Ms'))),
      p99Ms: round(median(of('p99Ms'))),
      rssKibPerSubscriber: round(median(of('rssKibPerSubscriber'))),
      lost,
      isVoid: lost > 0,
      clientCpuShare: round(median(of('clientCpuShare')), 2),
      runs: rows.length,
      spread: {
        rssKibPerSubscriber: [
          round(Math.min(...of('rssKibPerSubscriber'))),
          round(Math.max(...of('rssKibPerSubscriber'))),
        ],
        cpuUsPerMessage: [round(Math.min(...costs)), round(Math.max(...costs))],
        p99Ms: [round(Math.min(...of('p99Ms'))), round(Math.max(...of('p99Ms')))],
      },
    };
  });
}

function perServer(results, pick, digits = 0) {
  return eachServer(results, pick, (numbers) => round(median(numbers), digits));
}

/** Smallest and largest of the runs. */
function spreadOf(results, pick, digits = 0) {
  return eachServer(results, pick, (numbers) => [
    round(Math.min(...numbers), digits),
    round(Math.max(...numbers), digits),
  ]);
}

function eachServer(results, pick, sum) {
  const names = [...new Set(results.map(({ server }) => server))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      sum(
        results
          .filter(({ server }) => server === name)
          .map(pick)
          .map((number) => number ?? NaN),
      ),
    ]),
  );
}

/** Whether each goal is met in this run; null where it was not measured. */
function goalsOf({ rows, ceilingPerSecond, burstCurrentAfterMs, stalled, joinPerSecond }) {
  const row = (server, subscribers, rate) =>
    rows.find(
      (each) => each.server === server && each.subscribers === subscribers && each.updatesPerSecond === rate,
    );
  const largest = Math.max(...rows.map(({ subscribers }) => subscribers));
  const at = (server, rate) => row(server, largest, rate);
  const goal = (value, limit, isMet) => ({
    value: round(value, 2),
    limit,
    met: Number.isFinite(value) ? isMet(value) : null,
  });
  const most = (value, limit) => goal(value, limit, (it) => it <= limit);
  const least = (value, limit) => goal(value, limit, (it) => it >= limit);
  return {
    ceilingOverStock: least(ceilingPerSecond.ours / ceilingPerSecond.stock, 5.5),
    ceilingOverBare: least(ceilingPerSecond.ours / ceilingPerSecond.bare, 0.9),
    cpuOverBareAt5: most(at('ours', 5)?.cpuUsPerMessage / at('bare', 5)?.cpuUsPerMessage, 1.1),
    p99OverBareAt1: most(at('ours', 1)?.p99Ms / at('bare', 1)?.p99Ms, 1.5),
    rssKibPerSubscriber: most(at('ours', 1)?.rssKibPerSubscriber, 5),
    burstCurrentAfterMs: most(burstCurrentAfterMs.ours ?? NaN, 50),
    stalledOthersP99MoreMs: most(stalled.ours?.othersP99MoreMs ?? NaN, 5),
    stalledRssGrowthMib: most(stalled.ours?.rssGrowthMib ?? NaN, 10),
    joinPerSecond: least(joinPerSecond.ours ?? NaN, 6_000),
  };
}

/** Everything that was measured, in the form that `--json` prints. */
export function summary(results) {
  const [grown, tops, floods, jams] = ['growing', 'ceiling', 'burst', 'stalled'].map((part) =>
    seenIn(results, part),
  );
  const others = perServer(jams, ({ othersP99Ms, othersP99BeforeMs }) => othersP99Ms - othersP99BeforeMs, 2);
  const growth = perServer(jams, ({ rssGrowthMib }) => rssGrowthMib, 1);
  const p99 = perServer(jams, ({ othersP99Ms }) => othersP99Ms, 1);
  const measured = {
    rows: rowsOf(grown),
    ceilingPerSecond: perServer(tops, ({ deliveredPerSecond }) => deliveredPerSecond),
    ceilingCpuUsPerMessage: perServer(tops, ({ cpuUsPerMessage }) => cpuUsPerMessage, 1),
    ceilingClientCpuShare: perServer(tops, ({ clientCpuShare }) => clientCpuShare, 2),
    burstCurrentAfterMs: perServer(floods, ({ currentAfterMs }) => currentAfterMs, 1),
    burstMessagesPerSubscriber: perServer(floods, ({ messagesPerSubscriber }) => messagesPerSubscriber, 1),
    stalled: Object.fromEntries(
      Object.keys(others).map((name) => [
        name,
        { othersP99Ms: p99[name], othersP99MoreMs: others[name], rssGrowthMib: growth[name] },
      ]),
    ),
    joinPerSecond: perServer(grown, ({ joinPerSecond }) => joinPerSecond),
    joinCpuUs: perServer(grown, ({ joinCpuUs }) => joinCpuUs),
    joinClientCpuUs: perServer(grown, ({ joinClientCpuUs }) => joinClientCpuUs),
    spread: {
      ceilingPerSecond: spreadOf(tops, ({ deliveredPerSecond }) => deliveredPerSecond),
      burstCurrentAfterMs: spreadOf(floods, ({ currentAfterMs }) => currentAfterMs, 1),
      stalledRssGrowthMib: spreadOf(jams, ({ rssGrowthMib }) => rssGrowthMib, 1),
      joinPerSecond: spreadOf(grown, ({ joinPerSecond }) => joinPerSecond),
    },
    elseCpuShare: {
      median: round(median(results.map(({ elseCpuShare }) => elseCpuShare)), 2),
      most: round(Math.max(...results.map(({ elseCpuShare }) => elseCpuShare)), 2),
    },
  };
  return { ...measured, goals: goalsOf(measured) };
}

/** The report for people. */
export function table(report) {
  const lines = ['server  subs   1/s  cpu us/msg  p50 ms  p99 ms  KiB/sub  lost  client'];
  for (const row of report.rows) {
    const cells = [
      row.server.padEnd(6),
      String(row.subscribers).padStart(6),
      String(row.updatesPerSecond).padStart(4),
      String(row.cpuUsPerMessage).padStart(11),
      String(row.p50Ms).padStart(7),
      String(row.p99Ms).padStart(7),
      String(row.rssKibPerSubscriber).padStart(8),
      String(row.lost).padStart(5),
      String(row.clientCpuShare).padStart(7),
    ];
    lines.push(`${cells.join(' ')}${row.isVoid ? '  void' : ''}`);
  }
  for (const name of [
    'ceilingPerSecond',
    'ceilingCpuUsPerMessage',
    'ceilingClientCpuShare',
    'burstCurrentAfterMs',
    'burstMessagesPerSubscriber',
    'stalled',
    'joinPerSecond',
    'joinCpuUs',
    'joinClientCpuUs',
    'spread',
    'elseCpuShare',
  ]) {
    lines.push(`${name}: ${JSON.stringify(report[name])}`);
  }
  for (const [name, { value, limit, met }] of Object.entries(report.goals)) {
    lines.push(`${met === null ? '  ?' : met ? ' ok' : 'not'}  ${name} ${value} (goal ${limit})`);
  }
  return lines.join('\n');
}
