import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

/** A Kubernetes object as it is written. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

const run = promisify(execFile);
const root = join(__dirname, '../..');
const requireModel = createRequire(__filename);

/** What `kubectl kustomize` makes of a folder under `k8s/`. */
export async function render(folder: string): Promise<string> {
  const { stdout } = await run('kubectl', ['kustomize', join(root, 'k8s', folder)], {
    maxBuffer: 10_000_000,
  });
  return stdout;
}

/** The objects of a YAML text. */
export function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const data: unknown = document.toJS();
    if (!isManifest(data)) throw new TypeError('a document is no Kubernetes object');
    return data;
  });
}

/** What stands in an object under these names; undefined where nothing does. */
export function valueIn(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** What the API's schema says against an object: missing fields and wrong values. Empty where all is well. */
export function schemaProblems(manifest: Manifest): string[] {
  const Model = valueIn(requireModel(modelPath(manifest)), manifest.kind);
  if (typeof Model !== 'function') return [`there is no ${manifest.apiVersion} ${manifest.kind}`];
  try {
    const model: unknown = Reflect.construct(Model, [manifest]);
    const validate = valueIn(model, 'validate');
    if (typeof validate !== 'function') throw new TypeError('the model has no validation');
    Reflect.apply(validate, model, []);
    return [];
  } catch (err) {
    return [
      `${manifest.kind} ${manifest.metadata.name}: ${err instanceof Error ? err.message : String(err)}`,
    ];
  }
}

/** Fields that the API does not know, found by the types of the models: each object is compiled as a literal. */
export async function typeProblems(manifests: readonly Manifest[]): Promise<string[]> {
  const folder = await mkdtemp(join(root, 'node_modules', '.kubernetes-'));
  try {
    const files = await Promise.all(
      manifests.map(async (manifest, index) => {
        const file = join(folder, `manifest-${String(index)}.ts`);
        const name = `I${manifest.kind}`;
        await writeFile(
          file,
          `import type { ${name} } from '${modelPath(manifest)}';\nexport const it: ${name} = ${JSON.stringify(manifest, null, 2)};\n`,
        );
        return file;
      }),
    );
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isManifest(data: unknown): data is Manifest {
  return [['apiVersion'], ['kind'], ['metadata', 'name']].every(
    (path) => typeof valueIn(data, ...path) === 'string',
  );
}

function modelPath({ apiVersion, kind }: Manifest): string {
  const family = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  return `${family}/${apiVersion}/${kind}`;
}
