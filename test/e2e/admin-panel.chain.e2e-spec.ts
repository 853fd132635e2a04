import { BrowserRig } from '../support/browser';
import { SECRET } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { Panel, sticksOut, violations } from '../support/panel';

const noHandlesLeft = watchOpenHandles();
const OTHER_MINT = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
let redis: OwnServer;
let rig: BrowserRig;
/** Signed in as an admin, and used by test after test as one person would. */
let panel: Panel;

jest.setTimeout(180_000);
beforeAll(async () => {
  redis = await startOwnRedis();
  rig = await BrowserRig.start({ REDIS_URL: redis.url });
  panel = await Panel.signedIn(rig);
}, 180_000);
afterAll(async () => {
  await rig.close();
  await redis.remove();
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

describe('monitoring', () => {
  it('explains the modes, and changes how the chain is read', async () => {
    await panel.go('Monitoring');
    await panel.see('yes', panel.card('Endpoints'));
    const card = panel.card('Reading');
    await panel.see(/so a trade is seen at most 2 min late/, card);
    await panel.see(/credits$/, card);
    await card.getByText('Conservative', { exact: true }).click();
    await card.getByText('Only what decides', { exact: true }).click();
    await panel.fill({ 'Fixed interval instead': '99' }, card);
    await panel.press('Save', card);
    await panel.see(/Please correct/, card);
    await panel.fill({ 'Fixed interval instead': '', Reason: 'a quiet week' }, card);
    await panel.press('Save', card);
    await panel.told('The chain is read as you chose.');
    expect(await read('{ settings { monitoring { mode completeness fixedIntervalMs } reason } }')).toBe(
      '{"settings":{"monitoring":{"mode":"CONSERVATIVE","completeness":"DEADLINE","fixedIntervalMs":null},"reason":"a quiet week"}}',
    );
  });

  it('switches sources and changes intervals', async () => {
    const sources = panel.card('Sources');
    await sources.getByLabel('WebSocket of the endpoint').check();
    await panel.press('Save the sources', sources);
    await panel.told('The sources are changed.');
    const intervals = panel.card('Intervals');
    await panel.fill({ 'balanced to': '90' }, intervals);
    await panel.press('Save the intervals', intervals);
    await panel.told('The intervals are changed.');
    await panel.see(/so a trade is seen at most 1 min late/, panel.card('Reading'));
    const found = await read('{ settings { monitoring { sources { websocket } bounds { mode maxMs } } } }');
    expect(found).toContain('"websocket":true');
    expect(found).toContain('{"mode":"BALANCED","maxMs":90000}');
  });
});

describe('credits', () => {
  it('shows what was used by what, over time, and what modes would cost', async () => {
    await panel.go('Credits');
    await panel.see('getSignaturesForAddress', panel.card('By method'));
    await panel.see('balanced', panel.card('What each mode would have cost'));
    await panel.card('Credits by hour').locator('canvas').waitFor();
    await panel.press('30 days');
    await panel.card('Credits by day').locator('canvas').waitFor();
    await panel.see(/nothing is spared/);
  });

  it('sets a budget', async () => {
    const card = panel.card('Budget');
    await panel.fill({ 'A month': '900000', 'Cheaper from': '120' }, card);
    await panel.press('Save the budget', card);
    await panel.see(/Please correct/, card);
    await panel.fill({ 'Cheaper from': '70' }, card);
    await panel.press('Save the budget', card);
    await panel.told('The budget is changed.');
    await panel.see(/budget of 900/);
    expect(await read('{ settings { monitoring { budget { creditsPerMonth softRatio } } } }')).toContain(
      '"creditsPerMonth":900000,"softRatio":0.7',
    );
  });
});

describe('webhooks', () => {
  it('says what is missing where Helius is not set up', async () => {
    await panel.go('Webhooks');
    await panel.press('Look at Helius', panel.card('Helius'));
    await panel.see(/HELIUS_API_KEY/, panel.card('Helius').getByRole('alert'));
  });

  it('shows how our webhook has drifted, and orders what is to be done about it', async () => {
    const other = await Panel.signedIn(rig, '/admin/webhooks');
    const { timer }: { timer: { tokenAddress: string } } = JSON.parse(await timerOf('global'));
    const orders: string[] = [];
    // Helius itself cannot be asked here: its answers are given in its place
    await other.page.route('**/graphql', async (route) => {
      const body = route.request().postData() ?? '';
      const found =
        /(heliusWebhooks|registerHeliusWebhook|updateHeliusWebhook|deleteHeliusWebhook|testHeliusWebhook)[({]/.exec(
          body,
        );
      if (found === null) {
        await route.continue();
        return;
      }
      const [, field = ''] = found;
      orders.push(field);
      const webhook = {
        id: 'hook-1',
        ours: true,
        active: false,
        type: 'raw',
        url: 'https://timer.example/api/webhook/helius',
        transactionTypes: ['ANY'],
        addresses: [timer.tokenAddress],
      };
      const test = { ok: false, message: 'it answered 403', status: 403, durationMs: 12 };
      const answer = field === 'heliusWebhooks' ? [webhook] : { webhook, test };
      await route.fulfill({ json: { data: { [field]: answer } } });
    });
    const card = other.card('Helius');
    await other.press('Look at Helius', card);
    await other.see(/it is switched off/, card);
    await other.press('Test our address', card);
    await other.see(/it answered 403 \(status 403, 12 ms\)/, card);
    await other.press('Register our webhook', card);
    await other.answer('Register');
    await other.press('Switch on', card);
    await other.answer('Switch on');
    await other.press('Delete', card);
    await other.answer('Delete');
    await other.told('hook-1 is deleted.');
    await other.page.unrouteAll({ behavior: 'wait' });
    expect(orders.filter((order) => order !== 'heliusWebhooks')).toEqual([
      'testHeliusWebhook',
      'registerHeliusWebhook',
      'updateHeliusWebhook',
      'deleteHeliusWebhook',
    ]);
  });

  it('makes a receiver, changes it, renews its secret, and deletes it', async () => {
    await panel.press('New receiver');
    const window = panel.page.getByRole('dialog', { name: 'New receiver' });
    await panel.fill({ Name: 'shop', Address: 'http://shop.example/hook' }, window);
    await panel.press('Make it', window);
    await panel.see(/https/, window.getByRole('alert'));
    await panel.fill({ Address: 'https://shop.example/hook' }, window);
    await panel.press('Make it', window);
    await panel.press('I have it');
    const card = panel.card('Receivers');
    await panel.see('round.ended', card);
    await panel.press('Change shop', card);
    await panel.page.getByRole('dialog').getByLabel('timer.reset').check();
    await panel.answer('Save', { Name: 'the shop' });
    await panel.see(/timer\.reset/, card);
    await panel.press('New secret for the shop', card);
    await panel.press('Make a new secret', panel.page.getByRole('dialog'));
    await panel.press('I have it');
    await panel.see(/former secret until/, card);
    await panel.press('Delete the shop', card);
    await panel.answer('Delete');
    await panel.told('the shop is deleted.');
    expect(await read('{ outgoingWebhooks { id } }')).toBe('{"outgoingWebhooks":[]}');
  });

  it('shows deliveries, and sends one again', async () => {
    await read(
      'mutation { createOutgoingWebhook(input: { name: "nowhere", url: "https://nowhere.invalid/", events: [TIMER_RESET] }) { secret } }',
    );
    await read('mutation { resetTimer { timer { id } } }');
    const card = panel.card('Deliveries');
    await panel.until(
      async () => {
        await panel.press('Look again', card);
        return await card.getByText('timer.reset').count();
      },
      (count) => count > 0,
    );
    await panel.press('Send again', card);
    await panel.told('It is sent again.');
  });
});

describe('inspecting', () => {
  it('says why a transaction counts, and why another does not', async () => {
    await panel.go('Inspect');
    const { signature } = await rig.demo.place({ counting: true });
    const token = panel.page.getByLabel('Token', { exact: true });
    await panel.until(
      () => token.inputValue(),
      (text) => text !== '',
    );
    await panel.fill({ Signature: 'nonsense' });
    await panel.press('Inspect');
    await panel.see(/Please correct/);
    await panel.fill({ Signature: signature });
    await panel.until(
      async () => {
        await panel.press('Inspect');
        await panel.page.locator('.verdict, [role=alert]').first().waitFor();
        return await panel.page.locator('.verdict').count();
      },
      (count) => count > 0,
    );
    await panel.see(/It counts/);
    await panel.see(/^(buy|sale)$/, panel.card('Trades'));
    await panel.fill({ Token: OTHER_MINT });
    await panel.press('Inspect');
    await panel.see('It does not count');
  });
});

describe('instances', () => {
  it('shows the processes, and which one leads', async () => {
    await panel.go('Instances');
    await panel.see(/reads the chain for all, by token \d+/);
    await panel.see('leader');
    await panel.see(/MiB$/);
  });
});

/** Every view, and what it shows when it is there. */
const views = [
  ['/admin', /Everything is as it should be|is coped with/],
  ['/admin/timers', /Each timer counts down/],
  ['/admin/timers/global', /What trades, settling and administrators did/],
  ['/admin/alerts', /docs\/alerts\.md says what to do/],
  ['/admin/monitoring', /Intervals/],
  ['/admin/credits', /By watched address/],
  ['/admin/webhooks', /they are kept for thirty days/],
  ['/admin/inspect', /Which transaction/],
  ['/admin/instances', /Delay of its event loop/],
  ['/admin/settings', /Everybody may ask for the schema/],
  ['/admin/keys', /Who is signed in to the panel/],
  ['/admin/audit', /signIn/],
  ['/admin/nowhere', /There is no such view/],
] as const;

describe('accessibility', () => {
  it.each(['dark', 'light'] as const)('has no problem in %s', async (colorScheme) => {
    const seen = await Panel.signedIn(rig, '/admin', { colorScheme });
    for (const [path, words] of views) {
      await seen.page.goto(rig.url + path);
      await seen.see(words);
      expect([path, await violations(seen.page)]).toEqual([path, []]);
    }
    expect(seen.complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const seen = await Panel.signedIn(rig, '/admin', phone);
    for (const [path, words] of views) {
      await seen.page.goto(rig.url + path);
      await seen.see(words);
      expect([path, await sticksOut(seen.page)]).toEqual([path, []]);
    }
    await seen.press('Menu');
    await seen.go('Timers');
    expect(await violations(seen.page)).toEqual([]);
  });
});

describe('without Redis', () => {
  it('goes on telling how the service is, and is live again when it is back', async () => {
    await panel.go('Overview');
    await redis.kill();
    await panel.see('no answer', panel.card('Redis'));
    // nobody gets a token for a socket now, and the rest of the panel still can be looked at
    await panel.go('Settings');
    await panel.see('Everybody may ask for the schema');
    await redis.start();
    await panel.go('Overview');
    await panel.see(/^\d+ ms$/, panel.card('Redis'));
    await panel.see(/^live$/, panel.page.locator('.connection'));
  });
});
