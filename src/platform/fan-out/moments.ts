import { channel } from 'node:diagnostics_channel';

/** What a group did, and when; for measurements that have to tell its parts apart. */
export interface FanOutMoment {
  /** An item came, it was made into text, all members were given it. */
  readonly step: 'heard' | 'made' | 'passed';
  /** Wall clock, epoch ms with fractions. */
  readonly atMs: number;
}

/** The diagnostics channel on which {@link FanOutMoment}s are told; while nobody listens they cost nothing. */
export const FAN_OUT_CHANNEL = 'darwin-timer:fan-out';

const moments = channel(FAN_OUT_CHANNEL);

/** Tells a moment to whoever measures. */
export function tellMoment(step: FanOutMoment['step']): void {
  if (!moments.hasSubscribers) return;
  const moment: FanOutMoment = { step, atMs: performance.timeOrigin + performance.now() };
  moments.publish(moment);
}
