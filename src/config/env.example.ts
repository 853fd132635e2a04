import { schema } from './env.schema';
import { retired } from './env.names';
import type { Variable } from './variable';

const head = [
  '# Everything here is optional outside production. Empty means unset.',
  '# Made from src/config/env.schema.ts by `npm run env:write`; a test fails when the two differ.',
];

/** The text of `.env.example`: each variable with its sentence, its kind and its default. */
export function renderEnvExample(): string {
  const blocks = Object.values(schema).map(renderVariable);
  const ignored = `# Accepted and ignored, with a warning each: ${Object.keys(retired).join(', ')}.`;
  return `${[...head, '', blocks.join('\n\n'), '', ignored].join('\n')}\n`;
}

function renderVariable(variable: Variable<unknown>): string {
  const kind = variable.isSecret ? `${variable.kind}; secret` : variable.kind;
  return [`# ${variable.sentence}`, `# ${kind}`, `#${variable.name}=${variable.fallbackText ?? ''}`].join(
    '\n',
  );
}
