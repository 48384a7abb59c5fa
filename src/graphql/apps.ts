import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { AppInput } from '../domain/apps.js';
import type { AppRecord } from '../store/tables/apps.js';
import type { JwtAlgorithm } from '../vocabulary.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const JwtAlgorithmEnum = enumOf<JwtAlgorithm>('JwtAlgorithm', 'How a caller signs its tokens.', {
  HS256: null,
  HS512: null,
});

export const App = objectOf('App', 'The credentials of a caller; one app may serve several channels.', {
  clientId: ID,
  name: String,
  algorithm: JwtAlgorithmEnum,
  requireJti: described(Boolean, 'exp required and at most one hour ahead, each jti used once.'),
  createdAt: GraphQLDateTime,
  secretRotatedAt: nullable(GraphQLDateTime),
});

const AppConnection = connectionOf<AppRecord>('App', () => App);

const AppCredentials = objectOf('AppCredentials', 'An app with its secret, readable this once.', {
  app: App,
  clientSecret: String,
  previousSecretValidUntil: nullable(GraphQLDateTime),
});

const CreateAppInput = inputOf('CreateAppInput', null, {
  name: String,
  algorithm: nullable(JwtAlgorithmEnum),
  requireJti: nullable(Boolean),
});

@Resolver(() => App)
export class AppResolver {
  @Query(() => App, { nullable: true })
  app(@Arg('clientId', () => ID) clientId: string, @Ctx() { domain, viewer }: Context) {
    return domain.apps.get(viewer, clientId);
  }

  @Query(() => AppConnection)
  async apps(
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return new AppConnection(await domain.apps.list(viewer, { first, after }));
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
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.apps.rotateSecret(viewer, clientId, overlapSeconds);
  }

  @Mutation(() => Boolean)
  async deleteApp(@Arg('clientId', () => ID) clientId: string, @Ctx() { domain, viewer }: Context) {
    await domain.apps.remove(viewer, clientId);
    return true;
  }
}
