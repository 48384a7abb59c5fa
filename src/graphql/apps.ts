import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { AppRecord } from '../store/tables/apps.js';
import type { JwtAlgorithm } from '../vocabulary.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';

const JwtAlgorithmEnum = enumOf<JwtAlgorithm>('JwtAlgorithm', 'How a caller signs its tokens.', {
  HS256: null,
  HS512: null,
});

@ObjectType({ description: 'The credentials of a caller; one app may serve several channels.' })
export class App {
  @Field(() => ID)
  clientId!: string;

  @Field(() => String)
  name!: string;

  @Field(() => JwtAlgorithmEnum)
  algorithm!: JwtAlgorithm;

  @Field(() => Boolean, { description: 'exp required and at most one hour ahead, each jti used once.' })
  requireJti!: boolean;

  @Field(() => GraphQLDateTime)
  createdAt!: number;

  @Field(() => GraphQLDateTime, { nullable: true })
  secretRotatedAt!: number | null;
}

const AppConnection = connectionOf<AppRecord>('App', () => App);

@ObjectType({ description: 'An app with its secret, readable this once.' })
class AppCredentials {
  @Field(() => App)
  app!: AppRecord;

  @Field(() => String)
  clientSecret!: string;

  @Field(() => GraphQLDateTime, { nullable: true })
  previousSecretValidUntil!: number | null;
}

@InputType()
class CreateAppInput {
  @Field(() => String)
  name!: string;

  @Field(() => JwtAlgorithmEnum, { nullable: true })
  algorithm?: JwtAlgorithm | null;

  @Field(() => Boolean, { nullable: true })
  requireJti?: boolean | null;
}

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
  createApp(@Arg('input', () => CreateAppInput) input: CreateAppInput, @Ctx() { domain, viewer }: Context) {
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
