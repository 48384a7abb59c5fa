import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isServiceUser } from '../domain/access.js';
import type { UserInput } from '../domain/users.js';
import type { Role, UserRecord } from '../store/tables/users.js';
import type { Context } from './context.js';
import { inputOf, nullable, objectOf } from './fields.js';
import { RoleEnum } from './viewer.js';

export const ApiToken = objectOf('ApiToken', 'A token for this API; the token itself is shown once, when it is made.', {
  id: ID,
  name: String,
  createdAt: GraphQLDateTime,
  expiresAt: nullable(GraphQLDateTime),
  lastUsedAt: nullable(GraphQLDateTime, 'To the minute.'),
});

export const User = objectOf('User', null, {
  id: ID,
  name: String,
  email: nullable(String),
  role: RoleEnum,
  createdAt: GraphQLDateTime,
  disabledAt: nullable(GraphQLDateTime),
});

const CreateUserInput = inputOf('CreateUserInput', null, {
  name: String,
  email: nullable(String),
  role: RoleEnum,
  password: nullable(String, 'To sign in to the console; at least 12 characters.'),
});

@Resolver(() => User)
export class UserResolver {
  @Query(() => [User])
  users(@Ctx() { domain, viewer }: Context) {
    return domain.users.list(viewer);
  }

  @FieldResolver(() => [ApiToken], { description: 'Those in force.' })
  apiTokens(@Root() user: UserRecord, @Ctx() { loaders }: Context) {
    return loaders.tokensOfUser.load(user.id);
  }

  @FieldResolver(() => Boolean, {
    description: 'Never signs in and approves nothing: an ADMIN makes its API tokens.',
  })
  service(@Root() user: UserRecord) {
    return isServiceUser(user);
  }

  @Mutation(() => User)
  createUser(@Arg('input', () => CreateUserInput) input: UserInput, @Ctx() { domain, viewer }: Context) {
    return domain.users.create(viewer, input);
  }

  @Mutation(() => User)
  updateUser(
    @Arg('id', () => ID) id: string,
    @Arg('name', () => String, { nullable: true }) name: string | null | undefined,
    @Arg('role', () => RoleEnum, { nullable: true }) role: Role | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.users.update(viewer, id, { name, role });
  }

  @Mutation(() => User, { description: 'Their tokens, and those they made for service users, end at once.' })
  disableUser(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    return domain.users.disable(viewer, id);
  }

  @Mutation(() => String, {
    description:
      'The token, readable this once: your own, or as an ADMIN that of a service user. It ends with the token you came with.',
  })
  createApiToken(
    @Arg('userId', () => ID) userId: string,
    @Arg('name', () => String) name: string,
    @Arg('expiresAt', () => GraphQLDateTime, { nullable: true }) expiresAt: Date | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.apiTokens.create(viewer, { userId, name, expiresAt: expiresAt?.getTime() ?? null });
  }

  @Mutation(() => Boolean, { description: 'Tokens and sessions made with it end, too.' })
  async revokeApiToken(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    await domain.apiTokens.revoke(viewer, id);
    return true;
  }
}
