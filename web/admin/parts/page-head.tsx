import type { ComponentChildren, VNode } from 'preact';

/** What a view is called, what it is for, and what can be done in it. */
export function PageHead(props: {
  readonly title: ComponentChildren;
  readonly words?: ComponentChildren;
  readonly children?: ComponentChildren;
}): VNode {
  return (
    <header class="page-head">
      <div>
        <h1>{props.title}</h1>
        {props.words === undefined ? null : <p class="words">{props.words}</p>}
      </div>
      <div class="acts">{props.children}</div>
    </header>
  );
}
