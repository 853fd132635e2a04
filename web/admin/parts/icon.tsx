import type { VNode } from 'preact';

const SHAPES = {
  overview: 'M4 13h7V4H4v9Zm9 7h7v-9h-7v9ZM4 20h7v-4H4v4Zm9-12h7V4h-7v4Z',
  timers: 'M12 6a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Zm0 3.5v4l2.5 2M9.5 2.5h5',
  alerts: 'M6 16V11a6 6 0 1 1 12 0v5l2 2H4l2-2Zm4 5h4',
  monitoring: 'M3 12h4l3 7 4-14 3 7h4',
  credits: 'M4 20V10m5.3 10V4m5.4 16v-7M20 20V7',
  webhooks:
    'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7m2 3a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17',
  inspect: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 5 5',
  instances: 'M4 4h16v6H4V4Zm0 10h16v6H4v-6Zm4-7h.01M8 17h.01',
  settings: 'M4 7h10m4 0h2M4 17h4m4 0h8M16 4.5v5M10 14.5v5',
  keys: 'M15 3a6 6 0 1 0 .01 12A6 6 0 0 0 15 3Zm-4.5 10.5L4 20v1h3v-2h2v-2l2-1.5M16.5 7.5h.01',
  audit: 'M6 3h9l4 4v14H6V3Zm3 7h7m-7 4h7m-7 4h4',
  out: 'M9 5H5v14h14v-4M13 4h7v7m0-7-9 9',
  leave: 'M14 4h5v16h-5M3 12h11m-4-4 4 4-4 4',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5v14l11-7L7 5Z',
  reset: 'M4 5v5h5M5 10a8 8 0 1 1-.5 5',
  edit: 'M5 19h3L19 8l-3-3L5 16v3Z',
  copy: 'M9 9h10v11H9V9Zm-4 6V4h10',
  check: 'M5 12.5 10 17.5 19.5 7',
  warn: 'M12 4 2.8 20h18.4L12 4Zm0 6v5m0 2.5h.01',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4m0-12.8L17 7M7 17l-1.4 1.4',
  auto: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 0v16',
  again: 'M20 5v5h-5M19 10a8 8 0 1 0 .5 5',
} as const;

/** Name of a drawing. */
export type IconName = keyof typeof SHAPES;

/** A small drawing beside words; it says nothing by itself. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
