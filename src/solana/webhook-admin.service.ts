import { PublicError } from '../platform/public-error';
import type { MonitoringSettings } from '../settings/domain/settings';
import { SolanaError } from './domain/solana.errors';
import type { HeliusWebhook } from './domain/webhook-plan';
import type { Helius } from './helius/helius.factory';
import { probeWebhook } from './helius/webhook.probe';
import type { ProbeResult } from './helius/webhook.probe';
import type { ReadingList } from './sources/reading-list';

/** A webhook of the project, and whether it is the one that this deployment keeps. */
export interface ListedWebhook extends HeliusWebhook {
  readonly isOurs: boolean;
}

/** Settings as far as webhooks are concerned. */
export type WebhookSettings = () => Pick<MonitoringSettings, 'sources'>;

/**
 * What administrators do with webhooks. Each call to Helius costs 100 credits. Everything throws PublicError: CONFLICT
 * where this deployment cannot, NOT_FOUND for an id that Helius does not know, SERVICE_UNAVAILABLE where Helius or a
 * server is away.
 */
export class WebhookAdminService {
  /** @param helius - null where the environment names no API key or no secret */
  constructor(
    private readonly helius: Helius | null,
    private readonly list: ReadingList,
    private readonly settings: WebhookSettings,
  ) {}

  /** All webhooks of the project, ours first. */
  async all(): Promise<readonly ListedWebhook[]> {
    const { registrar, url } = this.present();
    const webhooks = await told(registrar.list());
    return webhooks
      .map((webhook) => ({ ...webhook, isOurs: webhook.url === url }))
      .toSorted((a, b) => Number(b.isOurs) - Number(a.isOurs));
  }

  /** Makes ours as it should be, whatever it was: registered once, all watched addresses, active. */
  async register(): Promise<ListedWebhook> {
    const { registrar, url } = this.deliverable();
    const addresses = await this.list.addresses();
    if (addresses.length === 0) throw new PublicError('CONFLICT', 'no timer reads the chain');
    const { id } = await told(registrar.ensure({ url, addresses }, true));
    const webhook = (await this.all()).find((one) => one.id === id);
    if (webhook === undefined)
      throw new PublicError('SERVICE_UNAVAILABLE', 'Helius does not list what it made');
    return webhook;
  }

  /** Switches any webhook of the project on or off. @returns it as it is then */
  async update(id: string, isActive: boolean): Promise<ListedWebhook> {
    const { registrar } = this.present();
    const webhook = await this.find(id);
    if (!isActive) this.assertNotKept(webhook);
    await told(registrar.toggle(id, isActive));
    return { ...webhook, isActive };
  }

  /** Removes any webhook of the project. */
  async delete(id: string): Promise<ListedWebhook> {
    const { registrar } = this.present();
    const webhook = await this.find(id);
    this.assertNotKept(webhook);
    await told(registrar.delete(id));
    return webhook;
  }

  /** Sends an empty body to our public address; costs no credits. */
  async test(): Promise<ProbeResult> {
    const { url, secret } = this.deliverable();
    return await probeWebhook(url, secret);
  }

  private async find(id: string): Promise<ListedWebhook> {
    const webhook = (await this.all()).find((one) => one.id === id);
    if (webhook === undefined) throw new PublicError('NOT_FOUND', `Helius knows no webhook "${id}"`);
    return webhook;
  }

  private assertNotKept({ isOurs }: ListedWebhook): void {
    if (isOurs && this.settings().sources.webhook) {
      throw new PublicError(
        'CONFLICT',
        'webhook mode is on and would bring it back; switch the mode off instead',
      );
    }
  }

  private present(): Helius {
    if (this.helius === null) {
      throw new PublicError('CONFLICT', 'webhooks need HELIUS_API_KEY and HELIUS_WEBHOOK_SECRET');
    }
    return this.helius;
  }

  private deliverable(): Helius & { readonly url: string } {
    const { url, ...helius } = this.present();
    if (url === null) throw new PublicError('CONFLICT', 'webhooks need HELIUS_WEBHOOK_URL');
    return { ...helius, url };
  }
}

async function told<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking;
  } catch (err) {
    if (!(err instanceof SolanaError)) throw err;
    if (err.code === 'SOLANA_WEBHOOK_NOT_FOUND') {
      throw new PublicError('NOT_FOUND', 'Helius knows no such webhook', {}, { cause: err });
    }
    throw new PublicError(
      'SERVICE_UNAVAILABLE',
      `Helius refused or did not answer (${err.code})`,
      {},
      { cause: err },
    );
  }
}
