import { Injectable } from '@nestjs/common';
import { RedisService } from '../../platform/redis/redis.service';
import { AdminError } from '../admin.errors';
import { adminKeys } from '../admin.keys';
import type { Credential } from '../domain/caller';
import { scopesOf } from '../domain/scope';
import { digestOf } from './secrets';
import { makeTicket } from './tokens';

/** How long a token for a socket can be used. */
export const TICKET_LASTS_MS = 60_000;

/** What a token for a socket stands for. */
export interface Ticket {
  readonly actor: string;
  readonly credential: Credential;
}

/** Tokens for one socket each, in Redis by their hash; every method throws AdminError `ADMIN_TICKET_STORE_FAILED` while it is away. */
@Injectable()
export class TicketStore {
  constructor(private readonly redis: RedisService) {}

  /** Makes a token; it can be used once, for a minute. */
  async issue(ticket: Ticket): Promise<string> {
    const text = makeTicket();
    await this.ask(() =>
      this.redis.commands.set(this.keyOf(text), JSON.stringify(ticket), 'PX', TICKET_LASTS_MS),
    );
    return text;
  }

  /** Takes a token, so that nobody can take it again; null where there is none. */
  async take(text: string): Promise<Ticket | null> {
    const found = await this.ask(() => this.redis.commands.getdel(this.keyOf(text)));
    return found === null ? null : readTicket(found);
  }

  private keyOf(text: string): string {
    return adminKeys(this.redis.keyPrefix).ticket(digestOf(text).toString('hex'));
  }

  private async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (cause) {
      throw new AdminError('ADMIN_TICKET_STORE_FAILED', {}, { cause });
    }
  }
}

function readTicket(text: string): Ticket | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('actor' in value) || !('credential' in value))
    return null;
  const { actor, credential } = value;
  if (typeof actor !== 'string' || typeof credential !== 'object' || credential === null) return null;
  const { kind, id, scopes } = credential as Partial<Record<keyof Credential, unknown>>;
  if (kind !== 'secret' && kind !== 'key' && kind !== 'session') return null;
  const known = Array.isArray(scopes)
    ? scopesOf(scopes.filter((scope): scope is string => typeof scope === 'string'))
    : [];
  return { actor, credential: { kind, id: typeof id === 'string' ? id : null, scopes: known } };
}
