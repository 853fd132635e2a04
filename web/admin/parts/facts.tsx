import type { ComponentChildren, VNode } from 'preact';

/** Names and what they are. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }): VNode {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A figure that is read at a glance. */
export function Figure(props: {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly words?: ComponentChildren;
}): VNode {
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd>
        <b>{props.value}</b>
        {props.words === undefined ? null : <span class="quiet">{props.words}</span>}
      </dd>
    </div>
  );
}

/** Figures beside each other. */
export function Figures({ children }: { readonly children: ComponentChildren }): VNode {
  return <dl class="figures">{children}</dl>;
}
