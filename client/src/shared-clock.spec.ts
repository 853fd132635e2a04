import { array, assert, double, integer, property, record } from 'fast-check';
import { SharedClock } from './shared-clock';

/** A device whose monotonic clock runs wrong, in a world whose shared time is `true`. */
class Device {
  trueMs = 1_700_000_000_000;
  private readonly startMs = this.trueMs;
  constructor(private readonly drift: number) {}
  monotonic = (): number => (this.trueMs - this.startMs) * (1 + this.drift) + 12_345;
}

/** One question: waits, then takes `there` to the server and `back` from it. */
function measure(
  device: Device,
  clock: SharedClock,
  trip: { wait: number; there: number; back: number },
): void {
  device.trueMs += trip.wait;
  const sentAt = device.monotonic();
  device.trueMs += trip.there;
  const serverTime = Math.floor(device.trueMs);
  device.trueMs += trip.back;
  clock.add(sentAt, device.monotonic(), serverTime);
}

const way = integer({ min: 0, max: 600 });
/** Two estimates from such ways differ by less than what is set at once. */
const likeWay = integer({ min: 0, max: 480 });

describe('SharedClock', () => {
  it('knows nothing at first', () => {
    const clock = new SharedClock(() => 5);
    expect(clock.now()).toBeNull();
    expect(clock.estimate).toBeNull();
  });

  it('guesses from what it hears, by the message that was under way shortest, and gives no bound', () => {
    let local = 1_000;
    const clock = new SharedClock(() => local);
    clock.hear(500_000);
    local = 2_000;
    clock.hear(501_300);
    expect(clock.estimate).toBeNull();
    local = 12_000;
    expect(clock.now()).toBe(511_300);
  });

  it('believes the shortest round trip of its window, in the middle of it', () => {
    const clock = new SharedClock(() => 900);
    clock.add(0, 100, 1_000_090);
    clock.add(200, 220, 1_000_210);
    clock.add(300, 900, 1_000_880);
    expect(clock.estimate).toMatchObject({ roundTripMs: 20 });
    expect(clock.now()).toBeCloseTo(1_000_900.5, 1);
  });

  it('is never off by more than it says, however clock and ways are, at any time', () => {
    const trip = record({ wait: integer({ min: 0, max: 120_000 }), there: way, back: way });
    const drift = double({ min: -500e-6, max: 500e-6, noNaN: true });
    assert(
      property(array(trip, { minLength: 1, maxLength: 30 }), drift, (trips, rate) => {
        const device = new Device(rate);
        const clock = new SharedClock(device.monotonic);
        for (const one of trips) {
          measure(device, clock, one);
          for (const later of [0, 700, 45_000]) {
            device.trueMs += later;
            const off = Math.abs((clock.now() ?? NaN) - device.trueMs);
            expect(off).toBeLessThanOrEqual((clock.estimate?.errorMs ?? NaN) + 0.01);
          }
        }
      }),
    );
  });

  it('never lets the shown time go back while it comes to a better estimate', () => {
    assert(
      property(array(record({ there: likeWay, back: likeWay }), { minLength: 2, maxLength: 20 }), (ways) => {
        const device = new Device(0);
        const clock = new SharedClock(device.monotonic);
        let shown = 0;
        for (const { there, back } of ways) {
          measure(device, clock, { wait: 10, there, back });
          for (let step = 0; step < 20; step += 1) {
            device.trueMs += 5;
            const now = clock.now() ?? 0;
            if (shown > 0) expect(now).toBeGreaterThanOrEqual(shown);
            shown = now;
          }
        }
      }),
    );
  });

  it('moves to a better estimate slowly, and says meanwhile how far it is off', () => {
    const device = new Device(0);
    const clock = new SharedClock(device.monotonic);
    measure(device, clock, { wait: 0, there: 400, back: 0 });
    const before = (clock.now() ?? 0) - device.trueMs;
    measure(device, clock, { wait: 100, there: 1, back: 1 });
    device.trueMs += 1_000;
    const after = (clock.now() ?? 0) - device.trueMs;
    expect(Math.abs(before)).toBeGreaterThan(150);
    expect(Math.abs(after)).toBeGreaterThan(100);
    expect(Math.abs(after)).toBeLessThan(Math.abs(before) - 40);
    expect(clock.estimate?.errorMs).toBeGreaterThanOrEqual(Math.abs(after));
    device.trueMs += 10_000;
    expect(Math.abs((clock.now() ?? 0) - device.trueMs)).toBeLessThan(2);
  });

  it('drops what it believed when a round trip contradicts it: the device has slept', () => {
    let local = 0;
    const clock = new SharedClock(() => local);
    expect(clock.add(0, 20, 1_000_010)).toBe(true);
    local = 100;
    expect(clock.hear(1_060_000)).toBe(false);
    expect(clock.add(80, 100, 1_060_090)).toBe(false);
    expect(clock.now()).toBeCloseTo(1_060_100.5, 1);
  });

  it('goes on showing after it was told to forget, without a bound', () => {
    const clock = new SharedClock(() => 50);
    clock.add(0, 20, 1_000_010);
    const before = clock.now();
    clock.forget();
    expect(clock.now()).toBe(before);
    expect(clock.estimate).toBeNull();
  });
});
