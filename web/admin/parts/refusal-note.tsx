import type { VNode } from 'preact';
import type { Refusal } from '../../graphql/refusal';
import { adviceFor } from './advice';
import { Icon } from './icon';

/** Why something was not done, and what to do about it. */
export function RefusalNote(props: {
  readonly refusal: Refusal | null;
  readonly again?: () => void;
}): VNode | null {
  const { refusal, again } = props;
  if (refusal === null) return null;
  const { title, what } = adviceFor(refusal.problem);
  return (
    <div class="note bad" role="alert">
      <Icon name="warn" />
      <p>
        <b>{title}.</b> {sentence(refusal.problem.message)} {what}{' '}
        {again === undefined ? null : (
          <button type="button" class="link" onClick={again}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}

/** `Message of the service.` */
function sentence(text: string): string {
  const trimmed = text.trim().replace(/\.$/, '');
  return trimmed === '' ? '' : `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}

/** What is wrong with a field of this name, anywhere in the input; undefined where nothing is. */
export function wrongWith(refusal: Refusal | null, name: string): string | undefined {
  return refusal?.fields.find(({ path }) => path === name || path.endsWith(`.${name}`))?.message;
}
