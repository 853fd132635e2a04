import { renderSettings } from './settings.file';
import type { SettingsDocument } from './domain/settings';
import type { SettingsOrder, SettingsRecord } from './settings.record';
import { isSettingsRefusal } from './settings.refusal';
import type { SettingsRefusal } from './settings.refusal';

/** What the commands need of their surroundings. */
export interface SettingsPorts {
  /** What is in force, without changing anything; of a new database what its first start would make. */
  readonly read: () => Promise<SettingsDocument>;
  readonly replace: (document: unknown, order: SettingsOrder) => Promise<SettingsRecord | SettingsRefusal>;
  readonly readFile: (path: string) => Promise<string>;
  readonly writeFile: (path: string, text: string) => Promise<void>;
  readonly write: (text: string) => void;
  readonly explain: (line: string) => void;
}

const USAGE =
  'usage: npm run -s settings:export [-- <file.json>]   (standard output without a file)\n' +
  '       npm run settings:import -- <file.json> [--expected-version <n>] [--reason <text>]';

class UsageError extends Error {}

interface ImportOrder {
  readonly file: string;
  readonly order: SettingsOrder;
}

/**
 * Runs `export` or `import`.
 *
 * @param words - the command and its arguments
 * @returns the exit code: 0 done, 1 refused, 2 not understood
 */
export async function settingsCommand(words: readonly string[], ports: SettingsPorts): Promise<number> {
  try {
    const [command, ...rest] = words;
    if (command === 'export') return await exportSettings(rest, ports);
    if (command === 'import') return await importSettings(readImport(rest), ports);
    throw new UsageError('say export or import');
  } catch (err) {
    if (!(err instanceof UsageError)) throw err;
    ports.explain(`${err.message}\n${USAGE}`);
    return 2;
  }
}

async function exportSettings(words: readonly string[], ports: SettingsPorts): Promise<number> {
  const [file, ...more] = words;
  if (more.length > 0 || file?.startsWith('-') === true)
    throw new UsageError('export takes one file at most');
  const text = renderSettings(await ports.read());
  if (file === undefined) ports.write(text);
  else await ports.writeFile(file, text);
  return 0;
}

async function importSettings({ file, order }: ImportOrder, ports: SettingsPorts): Promise<number> {
  const document = parseFile(file, await ports.readFile(file));
  const outcome = await ports.replace(document, order);
  if (!isSettingsRefusal(outcome)) {
    ports.explain(`version ${outcome.settings.version} of the settings is in force`);
    return 0;
  }
  const problems = outcome.problems.map(({ path, message }) => `  ${path} ${message}`);
  ports.explain(
    problems.length > 0
      ? ['nothing was imported:', ...problems].join('\n')
      : `${outcome.message}; nothing was imported`,
  );
  return 1;
}

function parseFile(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file} is not JSON`, { cause });
  }
}

function readImport(words: readonly string[]): ImportOrder {
  const files: string[] = [];
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('--')) files.push(word);
    else options.set(word, words[(at += 1)] ?? '');
  }
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) throw new UsageError('import takes one file');
  return { file, order: orderOf(options) };
}

function orderOf(options: ReadonlyMap<string, string>): SettingsOrder {
  const unknown = [...options.keys()].find((name) => name !== '--expected-version' && name !== '--reason');
  if (unknown !== undefined) throw new UsageError(`${unknown} is not an option`);
  const version = options.get('--expected-version');
  if (version !== undefined && !/^\d{1,9}$/.test(version)) {
    throw new UsageError('--expected-version takes a number');
  }
  const reason = options.get('--reason') ?? 'imported';
  if (reason.length === 0 || reason.length > 500) throw new UsageError('--reason takes 1 to 500 characters');
  const expectedVersion = version === undefined ? null : Number(version);
  return { expectedVersion, actor: 'settings:import', reason };
}
