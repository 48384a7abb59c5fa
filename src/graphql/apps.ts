import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AppInput } from '../domain/apps/apps.js';
import type { PageRequest } from '../store/database/page.js';
import type { AppFilter, AppRecord } from '../store/tables/apps.js';
import type { ListOrder } from '../store/tables/bot-list.js';
import type { AppScope, AppScopeStatus, JwtAlgorithm, TokenEncryption } from '../vocabulary.js';
import { ListOrderEnum } from './bots.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { argumentsOf, described, inputOf, nullable, objectOf } from './fields.js';

const JwtAlgorithmEnum = enumOf<JwtAlgorithm>('JwtAlgorithm', 'How a caller signs its tokens.', {
  HS256: 'With the client secret.',
  HS512: 'With the client secret.',
  RS256: 'With an RSA key of its own; the app has the public key, and no secret.',
  RS512: 'With an RSA key of its own; the app has the public key, and no secret.',
  ES256: 'With a key of its own on the curve P-256; the app has the public key, and no secret.',
});

const TokenEncryptionEnum = enumOf<TokenEncryption>(
  'TokenEncryption',
  'Whether tokens are encrypted (JWE: RSA-OAEP-256 or RSA-OAEP, with A256GCM) around their signature.',
  { NONE: 'Encrypted tokens are refused.', OPTIONAL: 'Both are taken.', REQUIRED: 'Only encrypted ones are taken.' },
);

const AppScopeEnum = enumOf<AppScope>('AppScope', 'What tokens of an app may be good for at the management API.', {
  BOT_IMPORT: 'Imports bots, as new ones and into others; bot_definition:bot_import on the platform.',
  BOT_EXPORT: 'Exports bots; bot_definition:bot_export.',
  PUBLISH: 'Publishes bots, by the usual approval; bot_publish:publish_request.',
  PUBLISH_STATUS: 'Sees how a publish stands; bot_publish:publish_status.',
  BOT_LIST: 'Lists the bots of the account; role_management:role_management.',
  BOT_SESSIONS: 'Lists conversations, without what was said; bot_sessions:read.',
  CHAT_HISTORY: 'Reads what was said; chat_history:read.',
  BOT_VARIABLES: 'Exports and imports variables, of secured ones no values out; bot_variables:import and :export.',
});

const AppScopeStatusEnum = enumOf<AppScopeStatus>('AppScopeStatus', 'Whether a scope allows anything yet.', {
  REQUESTED: 'Waits for an ADMIN; it allows nothing yet.',
  GRANTED: null,
});

const AppScopeGrant = objectOf('AppScopeGrant', 'A scope that an app has, or waits for.', {
  scope: AppScopeEnum,
  status: AppScopeStatusEnum,
  requestedAt: GraphQLDateTime,
  grantedAt: nullable(GraphQLDateTime),
});

export const App = objectOf('App', 'The credentials of a caller; one app may serve several channels.', {
  clientId: ID,
  name: String,
  algorithm: JwtAlgorithmEnum,
  requireJti: described(Boolean, 'exp required and at most one hour ahead, each jti used once.'),
  createdAt: GraphQLDateTime,
  secretRotatedAt: nullable(GraphQLDateTime),
  publicKeys: described([String], 'What verifies its tokens, as PEM; one or two, or none where jwksUrl has them.'),
  jwksUrl: nullable(String, 'Where the caller publishes its keys (JWKS).'),
  tokenEncryption: TokenEncryptionEnum,
  scopes: described([AppScopeGrant], 'Administrative scopes; none for most apps.'),
});

const AppsArgs = argumentsOf({
  search: nullable(String, 'A part of the name, or the beginning of the client id.'),
  tag: nullable(String),
  order: nullable(ListOrderEnum, 'NEWEST by default. CHANGED: by the last change of the secret.'),
  first: nullable(Int),
  after: nullable(String),
});

const AppConnection = connectionOf<AppRecord>('App', () => App);

const AppCredentials = objectOf('AppCredentials', 'An app with its secret, readable this once.', {
  app: App,
  clientSecret: described(String, 'Empty for an app with keys: it has no secret.'),
  previousSecretValidUntil: nullable(GraphQLDateTime),
});

const ExpectedAppSecret = inputOf(
  'ExpectedAppSecret',
  'The secret as you saw it. CONFLICT when somebody has replaced it since, with who and when. Absent: not checked.',
  { secretRotatedAt: nullable(GraphQLDateTime, 'Null: it had never been replaced.') },
);

const CreateAppInput = inputOf('CreateAppInput', null, {
  name: String,
  algorithm: nullable(JwtAlgorithmEnum),
  requireJti: nullable(Boolean),
  publicKeys: nullable(
    [String],
    'For RS256, RS512 and ES256: one or two public keys as PEM, a certificate, or a JWK as text.',
  ),
  jwksUrl: nullable(String, 'In the place of publicKeys: where the caller publishes them (JWKS).'),
  tokenEncryption: nullable(TokenEncryptionEnum),
});

@Resolver(() => App)
export class AppResolver {
  @Query(() => App, { nullable: true })
  app(@Arg('clientId', () => ID) clientId: string, @Ctx() { domain, viewer }: Context) {
    return domain.apps.get(viewer, clientId);
  }

  @Query(() => AppConnection)
  async apps(
    @Args(() => AppsArgs) request: AppFilter & PageRequest & { order?: ListOrder | null },
    @Ctx() { domain, viewer }: Context,
  ) {
    return new AppConnection(await domain.apps.list(viewer, request));
  }

  @FieldResolver(() => GraphQLDateTime, {
    nullable: true,
    description: 'Until when the client secret before this one stays good; null: it is not good any more.',
  })
  previousSecretValidUntil(@Root() app: AppRecord, @Ctx() { domain }: Context) {
    return domain.apps.previousSecretValidUntil(app);
  }

  @FieldResolver(() => [GraphQLJSON], {
    description: 'The public keys (JWK) to encrypt tokens with, the current one first; also at encryptionKeysUrl.',
  })
  encryptionKeys(@Root() app: AppRecord, @Ctx() { domain }: Context) {
    return domain.apps.encryptionKeys(app);
  }

  @FieldResolver(() => String)
  encryptionKeysUrl(@Root() app: AppRecord, @Ctx() { domain }: Context): string {
    return `${domain.publicUrl}/chatbot/apps/${app.clientId}/jwks.json`;
  }

  @Mutation(() => AppCredentials)
  createApp(@Arg('input', () => CreateAppInput) input: AppInput, @Ctx() { domain, viewer }: Context) {
    return domain.apps.create(viewer, input);
  }

  @Mutation(() => AppCredentials, {
    description: 'The previous secret stays good for the overlap: a day, or 0 to 7 days.',
  })
  rotateAppSecret(
    @Arg('clientId', () => ID) clientId: string,
    @Arg('overlapSeconds', () => Int, { nullable: true }) overlapSeconds: number | null | undefined,
    @Arg('expected', () => ExpectedAppSecret, { nullable: true })
    expected: { secretRotatedAt?: Date | null } | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.apps.rotateSecret(viewer, clientId, { overlapSeconds, expected });
  }

  @Mutation(() => App, {
    description:
      'Replaces the keys of an app of RS256, RS512 or ES256: one or two public keys, or a jwksUrl. Those not listed any more are refused at once.',
  })
  setAppKeys(
    @Arg('clientId', () => ID) clientId: string,
    @Arg('publicKeys', () => [String], { nullable: true }) publicKeys: string[] | null | undefined,
    @Arg('jwksUrl', () => String, { nullable: true }) jwksUrl: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.apps.setKeys(viewer, clientId, { publicKeys, jwksUrl });
  }

  @Mutation(() => App)
  setTokenEncryption(
    @Arg('clientId', () => ID) clientId: string,
    @Arg('tokenEncryption', () => TokenEncryptionEnum) tokenEncryption: TokenEncryption,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.apps.setTokenEncryption(viewer, clientId, tokenEncryption);
  }

  @Mutation(() => App, {
    description:
      'A new key to encrypt tokens with. The previous one stays good for the overlap: a day, or 0 to 7 days.',
  })
  rotateEncryptionKey(
    @Arg('clientId', () => ID) clientId: string,
    @Arg('overlapSeconds', () => Int, { nullable: true }) overlapSeconds: number | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.apps.rotateDecryptionKey(viewer, clientId, overlapSeconds);
  }

  @Mutation(() => App, {
    description: 'Asks for administrative scopes; an ADMIN allows them with grantAppScopes.',
  })
  requestAppScopes(
    @Arg('clientId', () => ID) clientId: string,
    @Arg('scopes', () => [AppScopeEnum]) scopes: AppScope[],
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.appScopes.request(viewer, { clientId, scopes });
  }

  @Mutation(() => App, {
    description:
      'Allows an app administrative scopes, asked for or not. Under four eyes, another ADMIN than the one who asked.',
  })
  grantAppScopes(
    @Arg('clientId', () => ID) clientId: string,
    @Arg('scopes', () => [AppScopeEnum]) scopes: AppScope[],
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.appScopes.grant(viewer, { clientId, scopes });
  }

  @Mutation(() => App, { description: 'Ends scopes at once, granted or asked for.' })
  revokeAppScopes(
    @Arg('clientId', () => ID) clientId: string,
    @Arg('scopes', () => [AppScopeEnum]) scopes: AppScope[],
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.appScopes.revoke(viewer, { clientId, scopes });
  }

  @Mutation(() => Boolean)
  async deleteApp(@Arg('clientId', () => ID) clientId: string, @Ctx() { domain, viewer }: Context) {
    await domain.apps.remove(viewer, clientId);
    return true;
  }
}
