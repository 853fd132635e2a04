import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { ArrayNotEmpty, ArrayUnique, IsOptional, Length, Matches } from 'class-validator';
import { EpochMs } from '../scalars';
import { ApiKey, Scope, Session } from './access.type';
import type { ScopeName } from './access.type';

/** GraphQL's `CreateApiKeyInput`. */
@InputType({ description: 'A new API key.' })
export class CreateApiKeyInput {
  @Matches(/^[A-Za-z0-9][\w .@-]{0,63}$/, {
    message: 'must have 1 to 64 letters, digits, spaces and . _ - @, beginning with a letter or digit',
  })
  @Field(() => String, {
    description:
      'What it is for, ^[A-Za-z0-9][A-Za-z0-9_ .@-]{0,63}$; no other key that is not revoked may have it.',
  })
  readonly name: string;

  @ArrayNotEmpty({ message: 'must name at least one scope' })
  @ArrayUnique({ message: 'must name each scope once' })
  @Field(() => [Scope], { description: 'What may be done with it.' })
  readonly scopes: ScopeName[];

  @IsOptional()
  @Field(() => EpochMs, {
    nullable: true,
    description: 'When it ends by itself, in the future; null: never.',
  })
  readonly expiresAt?: number | null;

  @IsOptional()
  @Length(1, 500, { message: 'must have 1 to 500 characters' })
  @Field(() => String, { nullable: true, description: 'Why; kept in the audit log.' })
  readonly reason?: string | null;
}

/** What `createApiKey` answers. */
@ObjectType({ description: 'Answer of createApiKey.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { description: 'The new key.' })
  readonly key: ApiKey;

  @Field(() => String, { description: 'What to send as bearer. It is shown this once, and nowhere kept.' })
  readonly secret: string;
}

/** What `revokeApiKey` answers. */
@ObjectType({ description: 'Answer of revokeApiKey.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKey, { description: 'The revoked key.' })
  readonly key: ApiKey;
}

/** What `signIn` answers. */
@ObjectType({ description: 'Answer of signIn, which also sets the cookies of the session.' })
export class SignInPayload {
  @Field(() => Session, { description: 'The new session.' })
  readonly session: Session;

  @Field(() => String, {
    description:
      'To be sent as header x-csrf-token with every request of the session; also in a cookie that pages of this origin can read.',
  })
  readonly csrfToken: string;
}

/** What `signOut` answers. */
@ObjectType({ description: 'Answer of signOut, which also removes the cookies.' })
export class SignOutPayload {
  @Field(() => Session, { nullable: true, description: 'The ended session; null where there was none.' })
  readonly session: Session | null;
}

/** What `revokeSession` answers. */
@ObjectType({ description: 'Answer of revokeSession.' })
export class RevokeSessionPayload {
  @Field(() => Session, { description: 'The ended session.' })
  readonly session: Session;
}

/** What `createSubscriptionToken` answers. */
@ObjectType({ description: 'Answer of createSubscriptionToken.' })
export class CreateSubscriptionTokenPayload {
  @Field(() => String, {
    description: 'For one socket: {"authorization": "Bearer <token>"} in connection_init.',
  })
  readonly token: string;

  @Field(() => EpochMs, { description: 'Until when it can be used.' })
  readonly expiresAt: number;

  @Field(() => [Scope], { description: 'What may be done on that socket.' })
  readonly scopes: readonly ScopeName[];
}
