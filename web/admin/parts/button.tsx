import type { ComponentChildren, VNode } from 'preact';
import { Icon } from './icon';
import type { IconName } from './icon';

/** Something that is done; while it is under way it cannot be pressed again, and says so. */
export function Button(props: {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly kind?: 'plain' | 'main' | 'danger';
  readonly icon?: IconName;
  readonly isBusy?: boolean;
  readonly isOff?: boolean;
  readonly isSubmit?: boolean;
  /** What it is about, for those who do not see where it stands. */
  readonly about?: string;
}): VNode {
  const { children, onClick, kind = 'plain', icon, isBusy = false, isOff = false, isSubmit = false } = props;
  return (
    <button
      type={isSubmit ? 'submit' : 'button'}
      class={`button ${kind}`}
      aria-busy={isBusy}
      disabled={isOff || isBusy}
      onClick={onClick}
    >
      {isBusy ? (
        <span class="spinner" aria-hidden="true" />
      ) : icon === undefined ? null : (
        <Icon name={icon} />
      )}
      <span>{children}</span>
      {props.about === undefined ? null : <span class="unseen"> {props.about}</span>}
    </button>
  );
}
