import { Args, ID, Mutation, Query } from '@nestjs/graphql';
import { ApiKeysService } from '../admin/api-keys.service';
import type { ActingCaller } from '../admin/domain/caller';
import { scopesOf } from '../admin/domain/scope';
import { badInput, PublicError } from '../platform/public-error';
import { SharedClock } from '../platform/redis/shared-clock';
import { Access, Acting, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { isUuid } from './audit.subjects';
import { checkInput } from './input';
import { reasonProblems } from './timer.orders';
import { ApiKey, apiKeyPicture, scopeOf } from './types/access.type';
import { CreateApiKeyInput, CreateApiKeyPayload, RevokeApiKeyPayload } from './types/access.payload';

const input = { description: 'What is asked for.' };
const id = { type: () => ID, description: 'Which key.' };
const why = {
  type: () => String,
  nullable: true,
  description: 'Why; kept in the audit log. 1 to 500 characters.',
};

/** API keys. */
@AdminResolverClass()
export class KeysResolver {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly clock: SharedClock,
  ) {}

  @Access('admin')
  @Query(() => [ApiKey], { description: 'All API keys, revoked ones too, the newest first. Scope ADMIN.' })
  async apiKeys(): Promise<ApiKey[]> {
    return (await this.keys.all()).map((key) => apiKeyPicture(key, this.clock.now()));
  }

  @Access('admin')
  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes an API key and shows it once. CONFLICT where its name is in use. Scope ADMIN.',
  })
  async createApiKey(
    @Acting() acting: ActingCaller,
    @Args('input', input) raw: CreateApiKeyInput,
  ): Promise<CreateApiKeyPayload> {
    const nowMs = this.clock.now();
    const { name, scopes, expiresAt } = await checkInput(CreateApiKeyInput, raw, 'input', (checked) =>
      typeof checked.expiresAt === 'number' && checked.expiresAt <= nowMs
        ? [{ path: 'input.expiresAt', message: 'must be in the future' }]
        : [],
    );
    const made = await this.keys.create({
      name,
      scopes: scopesOf(scopes.map(scopeOf)),
      expiresAtMs: expiresAt ?? null,
      createdBy: acting.name,
    });
    if (made === null) throw new PublicError('CONFLICT', `an API key "${name}" is in use`);
    return { key: apiKeyPicture(made.key, nowMs), secret: made.secret };
  }

  @Access('admin')
  @ActsOn('apiKey', 'id')
  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Revokes an API key, ends the sessions that it opened, and closes its sockets within a second. May be repeated. Scope ADMIN.',
  })
  async revokeApiKey(
    @Acting() acting: ActingCaller,
    @Args('id', id) keyId: string,
    @Args('reason', why) reason: string | null,
  ): Promise<RevokeApiKeyPayload> {
    const problems = reasonProblems(reason);
    if (problems.length > 0) throw badInput(problems);
    const key = isUuid(keyId) ? await this.keys.revoke(keyId, acting) : null;
    if (key === null) throw new PublicError('NOT_FOUND', 'there is no such API key');
    return { key: apiKeyPicture(key, this.clock.now()) };
  }
}
