import { parseEnv } from '../config/env';
import { firstSettings } from './domain/first-settings';
import type { SettingsDocument } from './domain/settings';
import { readSettings, readStored } from './read-settings';

const first = firstSettings(parseEnv({}).env);

function documentOf(over: unknown, base = first): SettingsDocument {
  const reading = readSettings(over, base);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.document;
}

const problemsOf = (over: unknown): unknown => {
  const reading = readSettings(over, first);
  return 'problems' in reading ? reading.problems : [];
};

/** `{ a: { b: value } }` for `a.b`. */
function at(path: string, value: unknown): unknown {
  return path.split('.').reduceRight((inner, name) => ({ [name]: inner }), value);
}

describe('readSettings', () => {
  it('changes what is named and keeps the rest', () => {
    const document = documentOf({ monitoring: { mode: 'ULTRA', bounds: { ULTRA: { maxMs: 20_000 } } } });
    expect(document).toEqual({
      ...first,
      monitoring: {
        ...first.monitoring,
        mode: 'ULTRA',
        bounds: { ...first.monitoring.bounds, ULTRA: { minMs: 10_000, maxMs: 20_000 } },
      },
    });
  });

  it('gives a document that nobody can change', () => {
    const document = documentOf({ alerts: { rules: { 'history-lag': { threshold: 3 } } } });
    expect(() => Object.assign(document.monitoring.bounds.ULTRA, { minMs: 1 })).toThrow(TypeError);
    expect(() => Object.assign(document.alerts.rules, { other: {} })).toThrow(TypeError);
  });

  it('takes undefined for absent and null for a value', () => {
    const fixed = documentOf({ monitoring: { fixedIntervalMs: 5_000, mode: undefined } });
    expect(fixed.monitoring).toMatchObject({ fixedIntervalMs: 5_000, mode: 'BALANCED' });
    expect(
      documentOf({ monitoring: { fixedIntervalMs: null } }, fixed).monitoring.fixedIntervalMs,
    ).toBeNull();
  });

  it.each([
    ['monitoring.fixedIntervalMs', 1_000, 30_000],
    ['monitoring.bounds.CONSERVATIVE.minMs', 10_000, 300_000],
    ['monitoring.bounds.CONSERVATIVE.maxMs', 60_000, 300_000],
    ['monitoring.bounds.BALANCED.minMs', 10_000, 120_000],
    ['monitoring.bounds.AGGRESSIVE.maxMs', 15_000, 300_000],
    ['monitoring.bounds.ULTRA.maxMs', 10_000, 300_000],
    ['monitoring.bounds.ECONOMY.minMs', 10_000, 300_000],
    ['monitoring.bounds.ECONOMY.maxMs', 60_000, 2_073_600_000],
    ['monitoring.budget.creditsPerMonth', 1, 2_000_000_000],
    ['limits.maxRequests', 1, 1_000_000],
    ['limits.windowMs', 1_000, 3_600_000],
    ['history.retentionMonths', 1, 1_200],
  ])('takes %s from %d to %d, and nothing beside', (path, min, max) => {
    for (const value of [min, max]) expect(problemsOf(at(path, value))).toEqual([]);
    for (const value of [min - 1, max + 1, min + 0.5, String(min), true, [min], {}, Number.NaN]) {
      expect(problemsOf(at(path, value))).not.toEqual([]);
    }
  });

  it.each([
    ['monitoring.budget.softRatio', 0.01, 1],
    ['monitoring.budget.hardRatio', 0.8, 1],
  ])('takes the share %s from %d to %d, and nothing beside', (path, min, max) => {
    for (const value of [min, max, (min + max) / 2]) expect(problemsOf(at(path, value))).toEqual([]);
    for (const value of [0, -1, max + 0.01, '0.5', null]) expect(problemsOf(at(path, value))).not.toEqual([]);
  });

  it.each([
    ['monitoring.mode', 'FAST', 'must be one of ECONOMY, CONSERVATIVE, BALANCED, AGGRESSIVE, ULTRA'],
    ['monitoring.completeness', null, 'must be one of FULL, DEADLINE'],
    ['monitoring.isReadingEnabled', 'true', 'must be true or false'],
    ['monitoring.sources.webhook', 1, 'must be true or false'],
    ['monitoring.planName', '', 'must have 1 to 64 characters'],
    ['monitoring.bounds', [], 'must be a group of settings'],
    ['monitoring.bounds.ULTRA', 5, 'must be a group of settings'],
    ['monitoring.bounds.SLOW', { minMs: 1, maxMs: 1 }, 'is not a setting'],
    ['limits', null, 'must be a group of settings'],
    ['limits.burst', 5, 'is not a setting'],
    ['secrets', {}, 'is not a setting'],
    ['alerts.rules.history-lag', 5, 'must be a group of settings'],
    ['alerts.rules.history-lag.threshold', 0, 'must be a number from 1 to 10000000'],
    ['alerts.rules.history-lag.threshold', '7', 'must be a number'],
    ['alerts.quietHours', { from: '22:00', to: '06:30', timeZone: 'Europe/Lisbon' }, null],
    ['alerts.quietHours', 5, 'must be a group of settings'],
    ['alerts.rules.history-lag.sound', 'loud', 'is not a setting'],
    ['monitoring.bounds.ULTRA.minMs', 40_000, 'must not be larger than maxMs'],
    ['monitoring.budget.softRatio', 0.9, null],
  ])('says of %s = %j: %s', (path, value, message) => {
    expect(problemsOf(at(path, value))).toEqual(message === null ? [] : [{ path, message }]);
  });

  it('names all problems at once', () => {
    const over = {
      monitoring: { mode: 'FAST', fixedIntervalMs: 1, bounds: { ULTRA: { minMs: 1 } } },
      limits: { maxRequests: 0 },
    };
    expect(problemsOf(over)).toEqual([
      { path: 'monitoring.mode', message: expect.stringContaining('must be one of') },
      { path: 'monitoring.fixedIntervalMs', message: 'must be a whole number from 1000 to 30000' },
      { path: 'monitoring.bounds.ULTRA.minMs', message: 'must be a whole number from 10000 to 300000' },
      { path: 'limits.maxRequests', message: 'must be a whole number from 1 to 1000000' },
    ]);
  });

  it('refuses a soft limit above the hard one', () => {
    expect(problemsOf({ monitoring: { budget: { softRatio: 0.9, hardRatio: 0.8 } } })).toEqual([
      { path: 'monitoring.budget.softRatio', message: 'must not be larger than hardRatio' },
    ]);
  });

  it('changes one field of a rule, whose others have their defaults or what was decided', () => {
    const once = documentOf({ alerts: { rules: { 'cursor-age': { threshold: 30 } } } });
    expect(once.alerts.rules).toEqual({ 'cursor-age': { isEnabled: true, threshold: 30 } });
    const twice = documentOf(
      { alerts: { rules: { 'cursor-age': { isEnabled: false }, 'leader-missing': {} } } },
      once,
    );
    expect(twice.alerts.rules).toEqual({
      'cursor-age': { isEnabled: false, threshold: 30 },
      'leader-missing': { isEnabled: true, threshold: null },
    });
  });

  it.each(['', 'lag', 'two words', '__proto__', 'toString'])('refuses the rule name %j', (name) => {
    const rules: unknown = JSON.parse(`{${JSON.stringify(name)}:{}}`);
    expect(problemsOf({ alerts: { rules } })).toEqual([
      { path: 'alerts.rules', message: 'must name alert rules that there are' },
    ]);
  });

  it('names what is wrong with quiet hours', () => {
    const quietHours = { from: '24:00', to: '6:00', timeZone: 'Moon/Crater' };
    expect(problemsOf({ alerts: { quietHours } })).toEqual([
      { path: 'alerts.quietHours.from', message: 'must be a time of day, HH:MM' },
      { path: 'alerts.quietHours.to', message: 'must be a time of day, HH:MM' },
      { path: 'alerts.quietHours.timeZone', message: 'must be the IANA name of a time zone' },
    ]);
  });

  it.each([null, 5, 'text', [], [{}]])('refuses %j as a whole', (over) => {
    expect(problemsOf(over)).toEqual([{ path: 'settings', message: 'must be a group of settings' }]);
  });
});

describe('readStored', () => {
  it('fills in what an older version did not know, and leaves out what a newer one added', () => {
    const stored = {
      monitoring: {
        mode: 'ECONOMY',
        color: 'red',
        bounds: { ULTRA: { minMs: 12_000, maxMs: 30_000, step: 5 } },
      },
      alerts: { rules: { 'history-lag': { isEnabled: false, threshold: 7 }, moonrise: { isEnabled: true } } },
      weather: {},
    };
    expect(readStored(stored, first)).toEqual({
      document: {
        ...first,
        monitoring: {
          ...first.monitoring,
          mode: 'ECONOMY',
          bounds: { ...first.monitoring.bounds, ULTRA: { minMs: 12_000, maxMs: 30_000 } },
        },
        alerts: { rules: { 'history-lag': { isEnabled: false, threshold: 7 } }, quietHours: null },
      },
    });
  });

  it('tells what it cannot use', () => {
    expect(readStored({ limits: { maxRequests: 'many' } }, first)).toMatchObject({
      problems: [{ path: 'limits.maxRequests' }],
    });
    expect(readStored('none', first)).toMatchObject({ problems: [{ path: 'settings' }] });
  });
});
