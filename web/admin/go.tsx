import type { ComponentChildren, VNode } from 'preact';
import { goTo } from './route';

/** A link to another view of the panel. */
export function Go(props: {
  readonly to: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly isHere?: boolean;
}): VNode {
  const { to } = props;
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a
      href={to}
      class={props.class ?? ''}
      aria-current={props.isHere === true ? 'page' : undefined}
      onClick={follow}
    >
      {props.children}
    </a>
  );
}
