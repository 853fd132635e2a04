/** The clocks of the device. Both in ms; only differences of either are used, so neither has to be right. */
export interface ClockSource {
  /** Never set and never back, but some stand still while the device sleeps. */
  monotonic(): number;
  /** May be wrong and may be set; it only tells that the device has slept. */
  wall(): number;
}

/** The clocks of this browser or process. */
export const deviceClock: ClockSource = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
};
