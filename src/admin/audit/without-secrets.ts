import { redactFields, redactText } from '../../platform/logging/redact';

/** Fields of our API that hold a secret under a name that elsewhere is harmless. */
const SECRET_FIELDS = /^(token|secret|csrfToken)$/;
const MAX_CHARACTERS = 20_000;

/**
 * A value as it may be kept: nothing under names of secrets, no credentials in URLs. What is too large to be kept is
 * replaced by its beginning.
 */
export function withoutSecrets(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const text = redactText(JSON.stringify(redactFields({ value }), hide));
  if (text.length > MAX_CHARACTERS) return { cut: text.slice(0, MAX_CHARACTERS / 10) };
  const kept: unknown = JSON.parse(text);
  return typeof kept === 'object' && kept !== null && 'value' in kept ? kept.value : null;
}

function hide(name: string, value: unknown): unknown {
  return SECRET_FIELDS.test(name) && typeof value === 'string' ? '[secret]' : value;
}
