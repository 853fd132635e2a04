import { CircuitBreaker } from './circuit-breaker';

describe('CircuitBreaker', () => {
  let nowMs = 0;
  const make = (): CircuitBreaker => new CircuitBreaker({ failures: 3, openMs: 1_000 }, () => nowMs);

  it('opens after failures in a row, and not when a success lies between', () => {
    const breaker = make();
    breaker.fail(null);
    breaker.fail(null);
    breaker.succeed();
    breaker.fail(null);
    breaker.fail(null);
    expect(breaker.isUsable).toBe(true);
    breaker.fail(null);
    expect(breaker.isUsable).toBe(false);
    expect(breaker.restMs).toBe(1_000);
  });

  it('tells for how long nothing has been answered', () => {
    const breaker = make();
    expect(breaker.failingForMs).toBe(0);
    breaker.fail(null);
    nowMs += 700;
    breaker.fail(null);
    nowMs += 300;
    expect(breaker.failingForMs).toBe(1_000);
    breaker.succeed();
    expect(breaker.failingForMs).toBe(0);
  });

  it('lets one call try after the rest; its failure opens it anew, its success closes it', () => {
    const breaker = make();
    for (let index = 0; index < 3; index++) breaker.fail(null);
    nowMs += 1_000;
    expect(breaker.isUsable).toBe(true);
    breaker.begin();
    expect(breaker.isUsable).toBe(false);
    breaker.fail(null);
    expect(breaker.isUsable).toBe(false);
    nowMs += 1_000;
    breaker.begin();
    breaker.succeed();
    expect(breaker.isUsable).toBe(true);
  });

  it('rests as long as the endpoint asked', () => {
    const breaker = make();
    breaker.fail(700);
    expect(breaker.restMs).toBe(700);
    nowMs += 700;
    expect(breaker.isUsable).toBe(true);
  });

  it('takes a call that was given up for nothing', () => {
    const breaker = make();
    for (let index = 0; index < 3; index++) breaker.fail(null);
    nowMs += 1_000;
    breaker.begin();
    breaker.abandon();
    expect(breaker.isUsable).toBe(true);
  });
});
