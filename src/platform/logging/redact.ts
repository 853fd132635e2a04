import { types } from 'node:util';

const hidden = '[secret]';
const secretName =
  /^(authorization|cookie|set-?cookie|password|passwd|bearer|.*secret|.*api[-_]?key|(access|subscription|csrf|session)-?token)$/i;
const urlInText = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>\\]+/gi;
const keyInPath = /^[\w-]{20,}$/;
const deepest = 6;

/**
 * A URL that may be shown: no user, no password, no query values, and no path part that could be a key (20 letters
 * and more, as RPC and chat providers use them). Text that is no URL becomes `[secret]`.
 */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return hidden;
  const { protocol, host, pathname, searchParams } = new URL(url);
  const path = pathname
    .split('/')
    .map((part) => (keyInPath.test(part) ? hidden : part))
    .join('/');
  const names = [...new Set(searchParams.keys())];
  return `${protocol}//${host}${path}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

/** Text with every URL in it made fit to be shown. */
export function redactText(text: string): string {
  return text.replace(urlInText, (url) => redactUrl(url));
}

/** Log fields without what must not be shown: values under names of secrets go, whole structures too deep are cut. */
export function redactFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, redactField(name, value, 0)]),
  );
}

function redactField(name: string, value: unknown, depth: number): unknown {
  if (secretName.test(name) && value !== null && value !== undefined) return hidden;
  if (typeof value !== 'object' || value === null || types.isNativeError(value) || 'toJSON' in value)
    return value;
  if (depth >= deepest) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redactField('', item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactField(key, item, depth + 1)]),
  );
}
