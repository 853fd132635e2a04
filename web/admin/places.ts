import type { Scope } from './door/scopes';
import type { IconName } from './parts/icon';

/** A view of the panel. */
export interface View {
  /** Below /admin/; empty: /admin itself. */
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** What is needed to see it. */
  readonly scope: Scope;
}

/** All views, in groups as the menu has them. */
export const GROUPS: readonly { readonly name: string; readonly views: readonly View[] }[] = [
  {
    name: 'Run',
    views: [
      { path: '', title: 'Overview', icon: 'overview', scope: 'READ' },
      { path: 'timers', title: 'Timers', icon: 'timers', scope: 'READ' },
      { path: 'alerts', title: 'Alerts', icon: 'alerts', scope: 'READ' },
    ],
  },
  {
    name: 'Chain',
    views: [
      { path: 'monitoring', title: 'Monitoring', icon: 'monitoring', scope: 'READ' },
      { path: 'credits', title: 'Credits', icon: 'credits', scope: 'READ' },
      { path: 'webhooks', title: 'Webhooks', icon: 'webhooks', scope: 'READ' },
      { path: 'inspect', title: 'Inspect', icon: 'inspect', scope: 'OPERATE' },
    ],
  },
  {
    name: 'Service',
    views: [
      { path: 'instances', title: 'Instances', icon: 'instances', scope: 'READ' },
      { path: 'settings', title: 'Settings', icon: 'settings', scope: 'READ' },
      { path: 'keys', title: 'API keys', icon: 'keys', scope: 'ADMIN' },
      { path: 'audit', title: 'Audit log', icon: 'audit', scope: 'ADMIN' },
    ],
  },
];

const VIEWS = GROUPS.flatMap(({ views }) => views);

/** Where somebody is: the view, and what of it, such as the id of a timer. */
export interface Place {
  readonly view: View;
  readonly rest: string | null;
}

/** The place of a path of a page; null where there is none. */
export function placeOf(path: string): Place | null {
  const [, admin, name = '', rest, ...more] = path.replace(/\/$/, '').split('/');
  const view = VIEWS.find((one) => one.path === name);
  if (admin !== 'admin' || view === undefined || more.length > 0) return null;
  return { view, rest: rest === undefined ? null : decodeURIComponent(rest) };
}

/** `/admin/timers` */
export function pathOf(view: string): string {
  return view === '' ? '/admin' : `/admin/${view}`;
}
