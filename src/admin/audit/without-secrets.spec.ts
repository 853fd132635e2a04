import { withoutSecrets } from './without-secrets';

describe('withoutSecrets', () => {
  it('hides what stands under the name of a secret, however deep, and credentials of URLs', () => {
    const value = {
      secret: 'hush',
      input: { name: 'kept', csrfToken: 'hush', list: [{ token: 'hush' }], tokenAddress: 'So111' },
      url: 'https://user:hush@host.example/hook?key=hush',
    };
    const kept = withoutSecrets(value);
    expect(JSON.stringify(kept)).not.toContain('hush');
    expect(kept).toMatchObject({ input: { name: 'kept', tokenAddress: 'So111' } });
  });

  it.each([[null], [undefined]])('makes null of %j', (value) => {
    expect(withoutSecrets(value)).toBeNull();
  });

  it('keeps the beginning of what is too large', () => {
    const kept = JSON.stringify(withoutSecrets({ text: 'x'.repeat(50_000) }));
    expect(kept.length).toBeLessThan(3_000);
    expect(kept).toContain('cut');
  });
});
