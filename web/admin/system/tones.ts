import type { Tone } from '../parts/tag';
import type { Status } from './use-system';

type Health = Status['health'];

/** Colour of a state of health. */
export const HEALTH_TONES: Readonly<Record<Health, Tone>> = {
  HEALTHY: 'good',
  DEGRADED: 'warn',
  UNHEALTHY: 'bad',
};

/** A state of health in words. */
export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  HEALTHY: 'healthy',
  DEGRADED: 'degraded',
  UNHEALTHY: 'down',
};
