import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseEnv } from '../../src/config/env';
import { manifestsOf, render, schemaProblems, typeProblems, valueIn } from '../support/kubernetes';
import type { Manifest } from '../support/kubernetes';

const folders = ['base', 'overlays/single', 'overlays/production'];
const sampleSecrets = new Map([
  ['redis-url', 'redis://redis:6379'],
  ['database-url', 'postgres://postgres/darwin'],
  ['helius-api-key', '00000000-0000-4000-8000-000000000000'],
  ['admin-secret', 'a-secret-of-enough-letters'],
]);

/** What stopping takes at most, after the drain (docs/operating.md). */
const STOP_MS = 15_000;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsIn(object: unknown): [name: string, text: string][] {
  return typeof object === 'object' && object !== null
    ? Object.keys(object).map((name) => [name, textOf(valueIn(object, name)) ?? ''])
    : [];
}

describe('the Kubernetes files', () => {
  const rendered = new Map<string, Manifest[]>();
  beforeAll(async () => {
    for (const folder of folders) rendered.set(folder, manifestsOf(await render(folder)));
  });
  const objectsIn = (folder: string): Manifest[] => rendered.get(folder) ?? [];
  const first = (folder: string, wanted: string): Manifest => {
    const found = objectsIn(folder).find(({ kind }) => kind === wanted);
    if (found === undefined) throw new Error(`${folder} has no ${wanted}`);
    return found;
  };
  const podTemplates = (folder: string): unknown[] =>
    objectsIn(folder)
      .filter(({ kind }) => ['Deployment', 'Job', 'CronJob'].includes(kind))
      .map(
        (manifest) =>
          valueIn(manifest, 'spec', 'template') ??
          valueIn(manifest, 'spec', 'jobTemplate', 'spec', 'template'),
      );
  const variablesOf = (template: unknown): [name: string, value: string][] => {
    const variables = valueIn(template, 'spec', 'containers', '0', 'env');
    if (!Array.isArray(variables)) throw new TypeError('a container without variables');
    return variables.map((variable: unknown) => {
      const key = valueIn(variable, 'valueFrom', 'secretKeyRef', 'key');
      const secret = typeof key === 'string' ? sampleSecrets.get(key) : 'a-pod';
      return [textOf(valueIn(variable, 'name')) ?? '', textOf(valueIn(variable, 'value')) ?? secret ?? ''];
    });
  };

  it.each(folders)('%s holds what the API takes', (folder) => {
    expect(objectsIn(folder).length).toBeGreaterThan(8);
    expect(objectsIn(folder).flatMap(schemaProblems)).toEqual([]);
  });

  it('hold no field that the API does not know', async () => {
    const misspelt = structuredClone(first('base', 'Deployment'));
    Object.assign(valueIn(misspelt, 'spec') ?? {}, { replica: 3 });
    const problems = await typeProblems([...folders.flatMap(objectsIn), misspelt]);
    expect(problems).toEqual([expect.stringContaining(`'"replica"' does not exist`)]);
  });

  it('would not pass with a field that is missing or of another type', () => {
    const changed = (change: Record<string, unknown>): Manifest => {
      const copy = structuredClone(first('base', 'Deployment'));
      Object.assign(valueIn(copy, 'spec') ?? {}, change);
      return copy;
    };
    expect(schemaProblems(changed({ selector: undefined }))).toEqual([expect.stringContaining('selector')]);
    expect(schemaProblems(changed({ replicas: 'three' }))).toEqual([expect.stringContaining('replicas')]);
  });

  it('are the ones that darwin-timer.yaml was rendered from (npm run k8s:write)', async () => {
    const text = await readFile(join(__dirname, '../../k8s/darwin-timer.yaml'), 'utf8');
    expect(manifestsOf(text)).toEqual(objectsIn('base'));
  });

  it('give Prometheus the rules that have unit tests (npm run k8s:write)', async () => {
    const text = await readFile(join(__dirname, '../../ops/prometheus/rules.yml'), 'utf8');
    const rule = first('overlays/production', 'PrometheusRule');
    expect(valueIn(rule, 'spec')).toEqual(parse(text));
  });

  it.each(folders)('%s gives the service an environment that it takes', (folder) => {
    const config = valueIn(first(folder, 'ConfigMap'), 'data');
    const services = podTemplates(folder)
      .map((template) => Object.fromEntries([...textsIn(config), ...variablesOf(template)]))
      .filter((env) => 'ROLES' in env);
    expect(services.length).toBeGreaterThan(0);
    for (const env of services) expect(parseEnv(env).warnings).toEqual([]);
  });

  it.each(folders)('%s leaves a pod the time of its pause, its drain and its stop', (folder) => {
    const config = valueIn(first(folder, 'ConfigMap'), 'data');
    const pods = podTemplates(folder).filter((template) => new Map(variablesOf(template)).has('ROLES'));
    expect(pods.length).toBeGreaterThan(0);
    for (const pod of pods) {
      const { env } = parseEnv(Object.fromEntries([...textsIn(config), ...variablesOf(pod)]));
      const hook = JSON.stringify(valueIn(pod, 'spec', 'containers', '0', 'lifecycle') ?? null);
      const pauseMs = Number(/setTimeout\(.*?, (\d+)\)/.exec(hook)?.[1] ?? 0);
      const neededMs = pauseMs + env.drainNoticeMs + env.drainPeriodMs + STOP_MS;
      expect(Number(valueIn(pod, 'spec', 'terminationGracePeriodSeconds')) * 1000).toBeGreaterThanOrEqual(
        neededMs,
      );
    }
  });

  it.each(folders)('%s asks for nothing that the restricted profile refuses', (folder) => {
    for (const template of podTemplates(folder)) {
      expect(valueIn(template, 'spec')).toMatchObject({
        automountServiceAccountToken: false,
        serviceAccountName: 'darwin-timer',
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            resources: { requests: { memory: expect.any(String) }, limits: { memory: expect.any(String) } },
          },
        ],
      });
    }
  });

  it('back up daily with what is in ops/backup and what its scripts ask for', async () => {
    const job = first('base', 'CronJob');
    const pod = valueIn(job, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
    const container = valueIn(pod, 'containers', '0');
    expect(valueIn(job, 'spec', 'schedule')).toMatch(/^\d+ \d+ \* \* \*$/);
    const script = await readFile(join(__dirname, '../../ops/backup/backup.sh'), 'utf8');
    const needed = /^need (.+)$/m.exec(script)?.[1]?.split(' ') ?? [];
    const template = valueIn(job, 'spec', 'jobTemplate', 'spec', 'template');
    expect(variablesOf(template).map(([name]) => name)).toEqual(
      expect.arrayContaining([...needed, 'BACKUP_KEY_FILE']),
    );
    const image = await readFile(join(__dirname, '../../ops/backup/Dockerfile'), 'utf8');
    const command = textOf(valueIn(container, 'command', '0')) ?? 'none';
    expect(image).toContain(command.replace('backup.sh', ''));
    const folder = new Map(variablesOf(template)).get('BACKUP_DIR');
    expect(valueIn(container, 'volumeMounts')).toContainEqual({ name: 'backups', mountPath: folder });
    const claim = valueIn(first('base', 'PersistentVolumeClaim'), 'metadata', 'name');
    expect(valueIn(pod, 'volumes')).toContainEqual({
      name: 'backups',
      persistentVolumeClaim: { claimName: claim },
    });
  });

  it('keep every pod that serves within reach of the Service, and no other', () => {
    const selector = textsIn(valueIn(first('overlays/production', 'Service'), 'spec', 'selector'));
    const reached = podTemplates('overlays/production').filter((template) =>
      selector.every(([label, value]) => valueIn(template, 'metadata', 'labels', label) === value),
    );
    expect(reached.map((template) => new Map(variablesOf(template)).get('ROLES'))).toEqual(['api']);
  });
});
