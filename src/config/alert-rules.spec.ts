import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALERT_RULE_NAMES, ALERT_RULES } from './alert-rules';

describe('ALERT_RULES', () => {
  it('have a section each in docs/alerts.md, and there are no others', () => {
    const text = readFileSync(join(__dirname, '../../docs/alerts.md'), 'utf8');
    const sections = [...text.matchAll(/^## ([a-z-]+)$/gm)].map((match) => match[1]);
    expect(sections.sort()).toEqual([...ALERT_RULE_NAMES].sort());
  });

  it.each(ALERT_RULE_NAMES)('%s has a default within its bounds', (name) => {
    const { threshold, min, max } = ALERT_RULES[name];
    expect(threshold).toBeGreaterThanOrEqual(min);
    expect(threshold).toBeLessThanOrEqual(max);
  });
});
