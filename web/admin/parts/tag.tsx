import type { ComponentChildren, VNode } from 'preact';

/** How something is, by colour; the words say it too. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'accent';

/** A short word about a state. */
export function Tag({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <span class="tag" data-tone={tone}>
      {children}
    </span>
  );
}
