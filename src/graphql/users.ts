import { GraphQLDateTime } from 'graphql-scalars';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { isServiceUser } from '../domain/access.js';
import type { Role, UserRecord } from '../store/tables/users.js';
import type { Context } from './context.js';
import { RoleEnum } from './viewer.js';

@ObjectType({ description: 'A token for this API; the token itself is shown once, when it is made.' })
export class ApiToken {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => GraphQLDateTime)
  createdAt!: number;

  @Field(() => GraphQLDateTime, { nullable: true })
  expiresAt!: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'To the minute.' })
  lastUsedAt!: number | null;
}

@ObjectType()
export class User {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  email!: string | null;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => GraphQLDateTime)
  createdAt!: number;

  @Field(() => GraphQLDateTime, { nullable: true })
  disabledAt!: number | null;
}

@InputType()
class CreateUserInput {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  email?: string | null;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => String, { nullable: true, description: 'To sign in to the console; at least 12 characters.' })
  password?: string | null;
}

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
  createUser(@Arg('input', () => CreateUserInput) input: CreateUserInput, @Ctx() { domain, viewer }: Context) {
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
