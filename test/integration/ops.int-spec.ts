import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { valueIn } from '../support/kubernetes';
import { testDatabase, testRedis } from '../support/servers';

const run = promisify(execFile);
const inOps = (...parts: string[]): string => join(__dirname, '../../ops', ...parts);
/** Names in PromQL that are no metrics: functions, operators, and labels after `by`. */
const WORDS =
  /\b(?:by|sum|max|min|rate|increase|absent|time|histogram_quantile)\b|\([^()]*\)(?=\s*\()|\{[^}]*\}/g;

function metricsIn(query: string): string[] {
  const bare = query
    .replace(/\bby\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b\d[\d.e]*/g, ' ')
    .replace(WORDS, ' ');
  return [...bare.matchAll(/[a-z_][a-z0-9_]*/gi)].map(([name]) => name.replace(/_bucket$/, ''));
}

async function dashboards(): Promise<{ name: string; content: unknown }[]> {
  const names = await readdir(inOps('grafana/dashboards'));
  return await Promise.all(
    names.map(async (name) => {
      const content: unknown = JSON.parse(await readFile(inOps('grafana/dashboards', name), 'utf8'));
      return { name, content };
    }),
  );
}

function listIn(object: unknown, ...path: string[]): unknown[] {
  const list = valueIn(object, ...path);
  if (!Array.isArray(list)) throw new TypeError(`no list at ${path.join('.')}`);
  return list;
}

function textIn(object: unknown, ...path: string[]): string {
  const text = valueIn(object, ...path);
  if (typeof text !== 'string') throw new TypeError(`no text at ${path.join('.')}`);
  return text;
}

describe('the files for Prometheus, Alertmanager and Grafana', () => {
  const cleanup = new Cleanup();
  let known: Set<string>;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const rig = cleanup.add(
      await ApiRig.start({
        REDIS_URL: redis.url,
        DATABASE_URL: database.url,
        REDIS_KEY_PREFIX: redis.keyPrefix,
      }),
      (it) => it.close(),
    );
    const text = await (await rig.get('/metrics')).text();
    known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] ?? ''));
  }, 60_000);

  afterAll(() => cleanup.run());

  it('are taken by promtool and amtool, and every rule fires and clears in its unit test', async () => {
    await expect(
      run('promtool', ['check', 'config', inOps('prometheus/prometheus.yml')]),
    ).resolves.toBeDefined();
    await expect(
      run('promtool', ['test', 'rules', inOps('prometheus/rules.test.yml')]),
    ).resolves.toBeDefined();
    await expect(
      run('amtool', ['check-config', inOps('alertmanager/alertmanager.yml')]),
    ).resolves.toBeDefined();
  });

  it('hold a unit test, and a place in the runbook, for every rule', async () => {
    const rules = listIn(
      parse(await readFile(inOps('prometheus/rules.yml'), 'utf8')),
      'groups',
      '0',
      'rules',
    );
    const tests = listIn(parse(await readFile(inOps('prometheus/rules.test.yml'), 'utf8')), 'tests');
    const cases = tests.flatMap((test) => listIn(test, 'alert_rule_test'));
    const isExpected = (firing: boolean): Set<unknown> =>
      new Set(
        cases
          .filter((one) => listIn(one, 'exp_alerts').length > 0 === firing)
          .map((one) => valueIn(one, 'alertname')),
      );
    const names = rules.map((rule) => valueIn(rule, 'alert'));
    expect(names.filter((name) => !isExpected(true).has(name) || !isExpected(false).has(name))).toEqual([]);
    for (const rule of rules) {
      const [file = '', heading = ''] = textIn(rule, 'annotations', 'runbook').split('#');
      const text = await readFile(join(__dirname, '../..', file), 'utf8');
      const headings = [...text.matchAll(/^## (.*)$/gm)].map((match) => (match[1] ?? '').toLowerCase());
      if (heading !== '') expect(headings).toContain(heading);
    }
  });

  it('ask only for metrics that the service has', async () => {
    const rules = listIn(
      parse(await readFile(inOps('prometheus/rules.yml'), 'utf8')),
      'groups',
      '0',
      'rules',
    );
    const queries = [
      ...rules.map((rule) => textIn(rule, 'expr')),
      ...(await dashboards()).flatMap(({ content }) =>
        listIn(content, 'panels').flatMap((panel) =>
          listIn(panel, 'targets').map((target) => textIn(target, 'expr')),
        ),
      ),
    ];
    expect(queries.length).toBeGreaterThan(40);
    const asked = new Set(queries.flatMap((query) => metricsIn(query)));
    // what Prometheus itself makes of a scrape
    asked.delete('up');
    expect(asked).toContain('timer_deadline_timestamp_seconds');
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });
});
