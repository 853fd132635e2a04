import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';

/** A titled part of a view. */
export function Card(props: {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What stands beside the title. */
  readonly beside?: ComponentChildren;
  /** A sentence below the title. */
  readonly words?: ComponentChildren;
  readonly class?: string;
  readonly isBusy?: boolean;
}): VNode {
  const id = useId();
  return (
    <section class={`card ${props.class ?? ''}`} aria-labelledby={id} aria-busy={props.isBusy ?? false}>
      {props.isBusy === true ? (
        <div class="progress" role="progressbar" aria-label={`Loading ${props.title}`} />
      ) : null}
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.beside === undefined ? null : <div class="beside">{props.beside}</div>}
      </header>
      {props.words === undefined ? null : <p class="words">{props.words}</p>}
      {props.children}
    </section>
  );
}
