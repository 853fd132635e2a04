import type { VNode } from 'preact';

const SHAPES = {
  sound: 'M4 9v6h4l5 4V5L8 9H4Zm12.5-.5a5 5 0 0 1 0 7M19 6a9 9 0 0 1 0 12',
  mute: 'M4 9v6h4l5 4V5L8 9H4Zm12 0 5 6m0-6-5 6',
  share: 'M12 15V4m0 0L8 8m4-4 4 4M5 13v6h14v-6',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4m0-12.8L17 7M7 17l-1.4 1.4',
  auto: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 0v16',
  out: 'M9 5H5v14h14v-4M13 4h7v7m0-7-9 9',
  crown: 'M4 18h16M4 15 3 7l5 3 4-6 4 6 5-3-1 8H4Z',
} as const;

/** A small drawing beside words; it says nothing by itself. */
export function Icon({ name }: { readonly name: keyof typeof SHAPES }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
