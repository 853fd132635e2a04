// What the package offers; see docs/client.md.
export { createTimerClient } from './timer-client';
export type { TimerClient, TimerClientOptions, TimerConnection } from './timer-client';
export { clockText, mayReplace, viewAt } from './timer-state';
export type { TimerState, TimerTrade, TimerView } from './timer-state';
export type { ClockEstimate } from './shared-clock';
export type { ClockSource } from './clock-source';
export type { LinkStatus } from './link';
export type { Problem } from './problem';
