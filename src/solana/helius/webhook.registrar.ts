import { Logger } from '@nestjs/common';
import type { Secret } from '../../config/secret';
import { SolanaError } from '../domain/solana.errors';
import { planWebhook } from '../domain/webhook-plan';
import type { HeliusWebhook, WebhookWish } from '../domain/webhook-plan';
import type { HeliusClient } from './helius.client';
import { secretMarkOf, wishMarkOf } from './registration';
import type { Registration, RegistrationKeeping } from './registration';

/** What a registrar works with. */
export interface RegistrarParts {
  readonly client: HeliusClient;
  readonly store: RegistrationKeeping;
  readonly apiKey: Secret;
  /** What Helius must send. */
  readonly secret: Secret;
  /** Shared clock, epoch ms. */
  readonly nowMs: () => number;
}

/** Makes Helius hold one webhook for our URL: idempotent, and without a call where nothing has changed. */
export class WebhookRegistrar {
  private readonly log = new Logger('solana');

  constructor(private readonly parts: RegistrarParts) {}

  /**
   * Makes the wish true.
   *
   * @param isCheck - whether the provider is asked even where we believe that nothing has changed: somebody, or the
   *   provider itself, may have switched it off
   * @throws SolanaError of the API
   */
  async ensure(wish: WebhookWish, isCheck: boolean, signal?: AbortSignal): Promise<Registration> {
    const known = await this.parts.store.get();
    if (known !== null && !isCheck && this.isSame(known, wish)) return known;
    const { id } =
      (await this.replaced(known, wish, isCheck, signal)) ?? (await this.reconciled(known, wish, signal));
    return await this.keep(id, wish);
  }

  /** Removes our webhook where there is one. @returns whether there was */
  async remove(signal?: AbortSignal): Promise<boolean> {
    const known = await this.parts.store.get();
    if (known === null) return false;
    await this.delete(known.id, signal);
    return true;
  }

  /** Removes any webhook of the project. @returns whether there was one */
  async delete(id: string, signal?: AbortSignal): Promise<boolean> {
    const isRemoved = await this.parts.client.remove(id, signal);
    const known = await this.parts.store.get();
    if (known?.id === id) await this.parts.store.clear();
    this.log.log({ message: 'webhook removed', webhookId: id });
    return isRemoved;
  }

  /** All webhooks of the project. */
  async list(signal?: AbortSignal): Promise<readonly HeliusWebhook[]> {
    return await this.parts.client.list(signal);
  }

  /** Switches any webhook of the project on or off. */
  async toggle(id: string, isActive: boolean, signal?: AbortSignal): Promise<void> {
    await this.parts.client.toggle(id, isActive, signal);
    this.log.log({ message: 'webhook switched', webhookId: id, isActive });
  }

  private isSame({ url, wishMark, secretMark }: Registration, wish: WebhookWish): boolean {
    return url === wish.url && wishMark === wishMarkOf(wish) && secretMark === this.secretMark;
  }

  /** A changed list of addresses needs one call instead of two, as long as the webhook is where it was. */
  private async replaced(
    known: Registration | null,
    wish: WebhookWish,
    isCheck: boolean,
    signal: AbortSignal | undefined,
  ): Promise<HeliusWebhook | null> {
    if (known === null || isCheck || known.url !== wish.url) return null;
    try {
      const webhook = await this.parts.client.replace(known.id, wish, this.parts.secret, signal);
      this.tell('webhook changed', webhook);
      return webhook;
    } catch (err) {
      if (err instanceof SolanaError && err.code === 'SOLANA_WEBHOOK_NOT_FOUND') return null;
      throw err;
    }
  }

  private async reconciled(
    known: Registration | null,
    wish: WebhookWish,
    signal: AbortSignal | undefined,
  ): Promise<HeliusWebhook> {
    const { client, secret } = this.parts;
    const isSecretSame = known?.secretMark === this.secretMark;
    const plan = planWebhook(await client.list(signal), wish, ({ authorization }) =>
      authorization === null ? isSecretSame : authorization.reveal() === secret.reveal(),
    );
    // a surplus one first: two that deliver cost twice
    for (const { id } of plan.surplus) await this.delete(id, signal);
    if (known !== null && known.url !== wish.url) await this.delete(known.id, signal);
    if (plan.kept === null) {
      const webhook = await client.create(wish, secret, signal);
      this.tell('webhook registered', webhook);
      return webhook;
    }
    if (plan.step === 'replace') {
      const webhook = await client.replace(plan.kept.id, wish, secret, signal);
      this.tell('webhook changed', webhook);
    }
    if (!plan.kept.isActive) {
      await client.toggle(plan.kept.id, true, signal);
      this.log.warn({ message: 'webhook was switched off and is on again', webhookId: plan.kept.id });
    }
    return plan.kept;
  }

  private async keep(id: string, wish: WebhookWish): Promise<Registration> {
    const registration = {
      id,
      url: wish.url,
      wishMark: wishMarkOf(wish),
      secretMark: this.secretMark,
      checkedAtMs: this.parts.nowMs(),
    };
    await this.parts.store.put(registration);
    return registration;
  }

  private get secretMark(): string {
    return secretMarkOf(this.parts.secret, this.parts.apiKey);
  }

  private tell(message: string, { id, addresses }: HeliusWebhook): void {
    this.log.log({ message, webhookId: id, addresses: addresses.length });
  }
}
