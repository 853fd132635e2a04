import { BrowserRig } from '../support/browser';
import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { Panel, violations } from '../support/panel';

const noHandlesLeft = watchOpenHandles();
const OTHER_MINT = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
const POOL = 'So11111111111111111111111111111111111111112';
let rig: BrowserRig;
/** Signed in as an admin, and used by test after test as one person would. */
let panel: Panel;

jest.setTimeout(180_000);
beforeAll(async () => {
  rig = await BrowserRig.start();
  panel = await Panel.signedIn(rig);
}, 180_000);
afterAll(async () => {
  await rig.close();
  await noHandlesLeft();
}, 60_000);

/** What an admin reads by the API. */
async function read(query: string): Promise<string> {
  const { data, errors } = await rig.instance.graphql(query, {}, SECRET);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return JSON.stringify(data);
}

async function timerOf(id: string): Promise<string> {
  return await read(
    `{ timer(id: "${id}") { status round durationMs tokenAddress watchedAddresses rules { sides minAmount mode extendByMs maxRemainingMs } } }`,
  );
}

describe('signing in', () => {
  it('refuses a wrong secret and says what to do, then lets in, and out again', async () => {
    const other = await Panel.open(rig, '/admin/timers');
    expect(await violations(other.page)).toEqual([]);
    await other.signIn('not the secret');
    await other.see(/This secret is not known.*printed at the first start/);
    await other.signIn(SECRET);
    await other.see('Each timer counts down for everybody');
    await other.press('Sign out');
    await other.see('You have signed out.');
    await other.page.reload();
    await other.see('The value of ADMIN_SECRET, or an API key.');
  });

  it('asks to sign in again when the session was revoked elsewhere', async () => {
    const other = await Panel.signedIn(rig);
    const { sessions }: { sessions: { id: string }[] } = JSON.parse(await read('{ sessions { id } }'));
    await read(`mutation { revokeSession(id: "${sessions[0]?.id ?? ''}") { session { id } } }`);
    await other.see('The session has ended. Sign in again to go on.');
  });

  it('needs no other host, and breaks no rule of its policy', () => {
    expect([...panel.hosts]).toEqual([new URL(rig.url).host]);
    expect(panel.complaints).toEqual([]);
  });

  it('can be used by the keyboard alone', async () => {
    const { page } = panel;
    await page.goto(`${rig.url}/admin/timers`);
    await panel.see('Each timer counts down for everybody');
    const reaches = async (words: string): Promise<void> => {
      await eventually(
        () => page.locator(':focus').innerText(),
        (text) => text === words,
      );
    };
    await page.keyboard.press('Tab');
    await reaches('Skip the menu');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await reaches('New timer');
    await page.keyboard.press('Enter');
    const id = page.getByLabel('Id', { exact: true });
    await page.locator('dialog input:focus').waitFor();
    await page.keyboard.type('by-keyboard');
    expect(await id.inputValue()).toBe('by-keyboard');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await reaches('New timer');
  });
});

describe('the overview', () => {
  it('says how everything is, and who reads the chain', async () => {
    await panel.go('Overview');
    await panel.see(/Everything is as it should be|is coped with/);
    for (const part of ['Redis', 'Postgres', 'History', 'Solana', 'Shared clock', 'Instances'])
      await panel.card(part).waitFor();
    await panel.see('over RPC', panel.card('Solana'));
    await panel.see('leader', panel.card('Instances'));
    await panel.see(/^\d+ ms$/, panel.card('Redis'));
  });

  it('asks to confirm a clock that has stepped', async () => {
    const other = await Panel.signedIn(rig);
    await other.page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const text = (await response.text()).replace('"suspect":false', '"suspect":true');
      await route.fulfill({ response, body: text });
    });
    // the socket would tell the truth again
    await other.page.routeWebSocket(/graphql$/, () => undefined);
    await other.page.reload();
    await other.press('Confirm the clock');
    await other.answer('It is right', { Reason: 'compared with another clock' });
    await other.told('The clock is confirmed.');
    await other.page.unrouteAll({ behavior: 'wait' });
    expect(await read('{ auditLog(first: 1) { nodes { action reason outcome } } }')).toContain(
      '"action":"confirmClock","reason":"compared with another clock","outcome":"DONE"',
    );
  });
});

describe('timers', () => {
  it('counts down live, and shows the last trade', async () => {
    const page = await Panel.signedIn(rig, '/admin/timers');
    const card = page.card('global');
    const { signature } = await rig.demo.place({ counting: true });
    await rig.instance.timer();
    await page.until(
      () => rig.instance.timer(),
      ({ lastTrade }) => lastTrade?.signature === signature,
    );
    await page.see(/^(buy|sale)$/, card);
    const digits = card.getByRole('timer');
    const before = await digits.innerText();
    expect(before).toMatch(/^\d\d:\d\d$/);
    await page.until(
      () => digits.innerText(),
      (text) => text < before,
    );
  });

  it('makes a timer, and says what is wrong with which field', async () => {
    const { page } = panel;
    await page.goto(`${rig.url}/admin/timers`);
    await panel.press('New timer');
    const window = page.getByRole('dialog');
    await panel.fill({ Id: 'second', Token: POOL, Countdown: '5', Reason: 'for the test' }, window);
    await panel.choose('A counting trade', 'adds some time', window);
    await panel.fill({ Adds: '30', 'At most left': '900' }, window);
    await window.getByLabel('Paused at first').check();
    await panel.press('Make the timer', window);
    await panel.see(/must be from 60000/, window);
    expect(await window.getByLabel('Countdown', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    expect(await violations(page)).toEqual([]);
    await panel.answer('Make the timer', { Countdown: '120' });
    await panel.told('second is made.');
    await panel.see('paused', panel.card('second'));
    expect(await timerOf('second')).toContain('"mode":"EXTEND","extendByMs":30000,"maxRemainingMs":900000');
  });

  it('resumes, pauses and resets, each after asking', async () => {
    const card = panel.card('second');
    await panel.press('Resume', card);
    await panel.answer('Resume');
    await panel.see('running', card);
    await panel.press('Pause', card);
    await panel.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await timerOf('second')).toContain('RUNNING');
    await panel.press('Pause', card);
    await panel.answer('Pause', { Reason: 'lunch' });
    await panel.see('paused', card);
    await panel.press('Resume', card);
    await panel.answer('Resume');
    await panel.see('running', card);
    await panel.press('Reset', card);
    await panel.answer('Reset', { Reason: 'again' });
    await panel.told('second has its full time again.');
    expect(
      await read('{ timerEvents(timerId: "second", first: 1) { nodes { type reason } } }'),
    ).toBeDefined();
  });

  it('changes rules, and keeps what was given as reason', async () => {
    await panel.card('second').getByRole('link', { name: 'Rules and history' }).click();
    const card = panel.card('Countdown and rules');
    await panel.fill({ Countdown: '300', 'Least amount': '2.5', Reason: 'longer' }, card);
    await panel.choose('What counts', 'Only buys', card);
    await panel.choose('A counting trade', 'gives the full time again', card);
    await panel.press('Save the rules', card);
    await panel.told('The rules of second are changed.');
    await panel.see('Every buy of at least 2.5 tokens gives the full 5 min again.');
    await panel.see('longer', panel.card('Events'));
    expect(await timerOf('second')).toContain('"durationMs":300000');
  });

  it('says so where somebody else has changed the rules meanwhile', async () => {
    await read('mutation { updateTimer(input: { id: "second", durationMs: 240000 }) { timer { id } } }');
    await panel.see('The rules are others than when this form was filled.');
    await panel.press('Show those in force');
    await eventually(
      () => panel.card('Countdown and rules').getByLabel('Countdown').inputValue(),
      (seconds) => seconds === '240',
    );
  });

  it('adds and removes watched addresses', async () => {
    const card = panel.card('Watched addresses');
    await panel.fill({ 'Another address': 'nonsense' }, card);
    await panel.press('Read it too', card);
    await panel.see(/Please correct/, card);
    await panel.fill({ 'Another address': OTHER_MINT }, card);
    await panel.press('Read it too', card);
    await panel.press('Remove', card);
    await panel.answer('Remove', { Reason: 'too dear' });
    await panel.told(/is read no more/);
    expect(await timerOf('second')).not.toContain(OTHER_MINT);
  });

  it('asks twice before it changes the token', async () => {
    const card = panel.card('Token');
    await panel.fill({ 'Another token': OTHER_MINT }, card);
    await panel.press('Change the token', card);
    await panel.see('ends void, without a winner', panel.page.getByRole('dialog'));
    await panel.press('Go on', panel.page.getByRole('dialog'));
    const sure = panel.page.getByRole('dialog', { name: 'Are you sure?' });
    expect(await sure.getByRole('button', { name: 'Change the token' }).isDisabled()).toBe(true);
    expect(await violations(panel.page)).toEqual([]);
    expect(await timerOf('second')).toContain(POOL);
    await panel.answer('Change the token', { 'Type second to go on': 'second', Reason: 'another coin' });
    await panel.told('second watches another token now.');
    expect(await timerOf('second')).toContain(`"tokenAddress":"${OTHER_MINT}"`);
    await panel.see('void', panel.card('Rounds'));
  });

  it('deletes a timer once its id was typed', async () => {
    await panel.press('Delete second');
    await panel.answer('Delete for ever', { 'Type second to go on': 'second' });
    await panel.told('second is deleted.');
    await panel.card('global').waitFor();
    expect(await timerOf('second')).toBe('{"timer":null}');
  });
});

describe('alerts', () => {
  it('tells what fires as it fires, and in the menu', async () => {
    await panel.go('Alerts');
    await panel.see('docs/alerts.md says what to do about each.');
    await panel.press('Send a test');
    await panel.told(/No channel is set/);
  });

  it('switches a rule, and changes its threshold within its bounds', async () => {
    const card = panel.card('Rules');
    await card.getByLabel('late-trade alerts').click();
    await panel.told('late-trade is off.');
    await panel.press('Change late-trade', card);
    const window = panel.page.getByRole('dialog');
    await panel.fill({ 'Fires above': '99999999' }, window);
    await panel.press('Save', window);
    await panel.see(/Please correct/, window);
    await panel.answer('Save', { 'Fires above': '3', Reason: 'noise' });
    await panel.told('The threshold of late-trade is changed.');
    await panel.see('3 events', card);
    const rules = await read('{ alertRules { name enabled threshold } }');
    expect(rules).toContain('{"name":"late-trade","enabled":false,"threshold":3}');
  });

  it('lets warnings wait in quiet hours', async () => {
    const card = panel.card('Quiet hours');
    await card.getByLabel('Warnings wait').check();
    await panel.fill({ From: '23:00', Until: '06:30', 'Time zone': 'Europe/Lisbon' }, card);
    await panel.press('Save the quiet hours', card);
    await panel.told('Warnings wait in the quiet hours.');
    expect(await read('{ settings { alerts { quietHours { from to timeZone } } } }')).toContain(
      '{"from":"23:00","to":"06:30","timeZone":"Europe/Lisbon"}',
    );
  });
});

describe('settings', () => {
  it('changes limits and history as versions, and shows what each has changed', async () => {
    await panel.go('Settings');
    const limits = panel.card('Limits');
    await panel.fill({ 'One address': '0', Reason: 'a busy day' }, limits);
    await panel.press('Save the limits', limits);
    await panel.see(/Please correct/, limits);
    await panel.fill({ 'One address': '250' }, limits);
    await panel.press('Save the limits', limits);
    await panel.told('The limits are changed.');
    await panel.see('limits.maxRequests', panel.card('Versions'));
    await panel.see('a busy day', panel.card('Versions'));
    const history = panel.card('History');
    await panel.fill({ 'Kept for': '24' }, history);
    await panel.press('Save', history);
    await panel.answer('Change it', { Reason: 'two years' });
    await panel.see('history.retentionMonths', panel.card('Versions'));
    expect(await read('{ settings { limits { maxRequests } history { retentionMonths } } }')).toBe(
      '{"settings":{"limits":{"maxRequests":250},"history":{"retentionMonths":24}}}',
    );
  });

  it('restores an earlier version', async () => {
    await panel.press('Restore version 1', panel.card('Versions'));
    await panel.answer('Restore', { Reason: 'back' });
    await panel.told('The values of version 1 are in force.');
    expect(await read('{ settings { history { retentionMonths } } }')).toContain('null');
  });

  it('names the variables that say something else', async () => {
    await read('mutation { updateMonitoring(input: { fixedIntervalMs: 2000 }) { settings { version } } }');
    await panel.see('SOLANA_POLLING_INTERVAL', panel.card('Environment'));
  });
});

describe('API keys', () => {
  it('makes one, shows it once, and lets its holder see only what its scope allows', async () => {
    await panel.go('API keys');
    await panel.press('New key');
    const window = panel.page.getByRole('dialog', { name: 'New key' });
    await panel.fill({ Name: 'a dashboard', Reason: 'for the hall' }, window);
    await panel.press('Make the key', window);
    const shown = panel.page.getByRole('dialog', { name: 'The key' });
    const secret = await shown.locator('.secret code').innerText();
    expect(await violations(panel.page)).toEqual([]);
    await panel.press('I have it', shown);
    await panel.see('a dashboard', panel.card('Keys'));
    const reader = await Panel.signedIn(rig, '/admin/timers', { secret });
    await reader.see('Each timer counts down');
    expect(await reader.page.getByRole('button', { name: /Pause|New timer/ }).count()).toBe(0);
    expect(await reader.page.getByRole('navigation').getByText('Audit log').count()).toBe(0);
    await reader.page.goto(`${rig.url}/admin/audit`);
    await reader.see('This needs scope ADMIN.');
    await panel.press('Revoke a dashboard', panel.card('Keys'));
    await panel.answer('Revoke', { Reason: 'done' });
    await panel.told('a dashboard is revoked.');
    await reader.see('The session has ended.');
  });

  it('lists sessions, and ends one', async () => {
    const other = await Panel.signedIn(rig);
    await panel.page.reload();
    const card = panel.card('Sessions');
    await panel.see('this one', card);
    await panel.press('End', card);
    await panel.answer('End it', { Reason: 'not mine' });
    await panel.told('The session has ended.');
    await other.see('The session has ended.');
  });
});

describe('the audit log', () => {
  it('shows who did what and why, and finds entries', async () => {
    await panel.go('Audit log');
    const card = panel.card('Entries');
    await panel.see('“not mine”', card);
    await panel.fill({ What: 'createTimer' });
    await panel.press('Show');
    await panel.see('createTimer', card);
    await card.getByText('createTimer').first().click();
    await panel.see(/"tokenAddress": /, card);
    await panel.choose('Outcome', 'Failed');
    await panel.press('Show');
    await panel.see('Nothing matches.');
  });
});
