import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isServiceUser, type Viewer } from '../domain/access.js';
import type { UserInput } from '../domain/users.js';
import type { BotRoleRecord } from '../store/tables/bot-roles.js';
import type { Role, UserRecord } from '../store/tables/users.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';
import { described, inputOf, nullable, objectOf } from './fields.js';
import { RoleEnum, ViewerType } from './viewer.js';

export const ApiToken = objectOf('ApiToken', 'A token for this API; the token itself is shown once, when it is made.', {
  id: ID,
  name: String,
  createdAt: GraphQLDateTime,
  expiresAt: nullable(GraphQLDateTime),
  lastUsedAt: nullable(GraphQLDateTime, 'To the minute.'),
  session: described(Boolean, 'Somebody signed in to the console.'),
  actions: nullable([String], 'The only permissions it is good for; null: all of its user.'),
  botIds: nullable([ID], 'The only bots it is good for; null: all that its user may see.'),
});

export const User = objectOf('User', null, {
  id: ID,
  name: String,
  email: nullable(String),
  role: RoleEnum,
  createdAt: GraphQLDateTime,
  disabledAt: nullable(GraphQLDateTime),
});

const BotRole = objectOf('BotRole', 'What a user may do with one bot, besides what the role in the account allows.', {
  role: RoleEnum,
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

  @FieldResolver(() => GraphQLDateTime, {
    nullable: true,
    description: 'The last use of a token or session of the user, also of one that is over, to the minute; null: none.',
  })
  async lastActiveAt(@Root() user: UserRecord, @Ctx() { loaders }: Context): Promise<Date | null> {
    const use = await loaders.lastUseOfUser.load(user.id);
    return use ? new Date(use.at) : null;
  }

  @FieldResolver(() => Boolean, {
    description: 'Never signs in and approves nothing: an ADMIN makes its API tokens.',
  })
  service(@Root() user: UserRecord) {
    return isServiceUser(user);
  }

  @FieldResolver(() => [BotRole], { description: 'They do not reach the bots that inherit from these.' })
  botRoles(@Root() user: UserRecord, @Ctx() { loaders }: Context) {
    return loaders.botRolesOfUser.load(user.id);
  }

  @FieldResolver(() => [String], {
    description: 'Ways to sign in to the console: "password", and the names of providers that know the user.',
  })
  async signsInWith(@Root() user: UserRecord, @Ctx() { domain, loaders }: Context) {
    return [...domain.ownSignIn.waysOf(user), ...(await loaders.providersOfUser.load(user.id))];
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
    @Arg('email', () => String, { nullable: true, description: 'Null takes it away.' })
    email: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.users.update(viewer, id, { name, role, email });
  }

  @Mutation(() => Boolean, { description: 'Your own. All your other sessions end; API tokens stay.' })
  async changePassword(
    @Arg('current', () => String) current: string,
    @Arg('next', () => String, { description: 'At least 12 characters.' }) next: string,
    @Ctx() { domain, viewer }: Context,
  ) {
    await domain.ownSignIn.changePassword(viewer, { current, next });
    return true;
  }

  @Mutation(() => User, { description: 'Your own, which you sign in with.' })
  changeEmail(
    @Arg('current', () => String, { description: 'Your password.' }) current: string,
    @Arg('email', () => String) email: string,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.ownSignIn.changeEmail(viewer, { current, email });
  }

  @Mutation(() => Boolean, {
    description: "Another user's; null: no sign-in by password any more. Their sessions end.",
  })
  async setPassword(
    @Arg('userId', () => ID) userId: string,
    @Arg('password', () => String, { nullable: true }) password: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    await domain.ownSignIn.setPassword(viewer, { userId, password: password ?? null });
    return true;
  }

  @Mutation(() => User, { description: 'It has API tokens, which ADMINs make, and never signs in.' })
  createServiceAccount(
    @Arg('name', () => String) name: string,
    @Arg('role', () => RoleEnum) role: Role,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.users.createServiceAccount(viewer, { name, role });
  }

  @Mutation(() => User, {
    description:
      'What a user may do with one bot, besides what the role in the account allows; null takes it away. It does not reach the ' +
      'bots that inherit from this one.',
  })
  setBotRole(
    @Arg('userId', () => ID) userId: string,
    @Arg('botId', () => ID) botId: string,
    @Arg('role', () => RoleEnum, { nullable: true }) role: Role | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.users.setBotRole(viewer, { userId, botId, role: role ?? null });
  }

  @Mutation(() => User, { description: 'They may sign in again. API tokens that ended stay ended.' })
  enableUser(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    return domain.users.enable(viewer, id);
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
    @Arg('actions', () => [String], {
      nullable: true,
      description: 'The only permissions it is to be good for, of those the query "permissions" lists.',
    })
    actions: string[] | null | undefined,
    @Arg('botIds', () => [ID], { nullable: true, description: 'The only bots it is to be good for.' })
    botIds: string[] | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    const expires = expiresAt?.getTime() ?? null;
    return domain.apiTokens.create(viewer, { userId, name, expiresAt: expires, actions, botIds });
  }

  @Mutation(() => Boolean, { description: 'Tokens and sessions made with it end, too.' })
  async revokeApiToken(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    await domain.apiTokens.revoke(viewer, id);
    return true;
  }
}

@Resolver(() => BotRole)
export class BotRoleResolver {
  @FieldResolver(() => Bot)
  bot(@Root() { botId }: BotRoleRecord, @Ctx() { loaders }: Context) {
    return loaders.bot.load(botId);
  }
}

@Resolver(() => ViewerType)
export class ViewerUserResolver {
  @FieldResolver(() => User, { nullable: true })
  user(@Root() viewer: Viewer, @Ctx() { loaders }: Context) {
    return loaders.user.load(viewer.id);
  }
}
