import { digestOf } from './secrets';
import {
  csrfTokenOf,
  isSessionToken,
  isTicket,
  makeApiKey,
  makeSessionToken,
  makeTicket,
  readApiKey,
  sessionHash,
} from './tokens';

describe('API keys', () => {
  it('are read back, and keep only the digest of what proves them', () => {
    const { text, id, secretHash } = makeApiKey();
    const parts = readApiKey(text);
    expect(parts?.id).toBe(id);
    expect(digestOf(parts?.secret ?? '')).toEqual(secretHash);
  });

  it.each([
    '',
    'dtk_',
    `dtk_${'0'.repeat(32)}_short`,
    `${makeApiKey().text}x`,
    ` ${makeApiKey().text}`,
    makeTicket(),
  ])('are not %j', (text) => {
    expect(readApiKey(text)).toBeNull();
  });
});

describe('tokens', () => {
  it('are told apart by their form', () => {
    const texts = [makeApiKey().text, makeTicket(), makeSessionToken()];
    expect(texts.map((text) => [readApiKey(text) !== null, isTicket(text), isSessionToken(text)])).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });

  it('of sessions are kept under the secret that was signed in with', () => {
    const token = makeSessionToken();
    const hashes = ['one', 'other'].map((secret) => sessionHash(token, digestOf(secret)).toString('hex'));
    expect(new Set([...hashes, token, digestOf(token).toString('hex')]).size).toBe(4);
  });

  it('of pages follow from the cookie and do not give it away', () => {
    const token = makeSessionToken();
    expect(csrfTokenOf(token)).toBe(csrfTokenOf(token));
    expect(csrfTokenOf(token)).not.toBe(csrfTokenOf(makeSessionToken()));
    expect(csrfTokenOf(token)).not.toContain(token);
  });
});
