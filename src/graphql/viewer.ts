import { Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import type { Role } from '../store/tables/users.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';

export const RoleEnum = enumOf<Role>('Role', 'What a user may do.', {
  ADMIN: 'Approves, suspends, manages users; may do all that a developer may.',
  DEVELOPER: 'Manages bots, apps, channels and overrides; publishes; never approves.',
  VIEWER: 'Reads; never sees a secret.',
});

@ObjectType('Viewer', { description: 'Who is asking.' })
export class ViewerType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => RoleEnum)
  role!: Role;
}

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerType)
  viewer(@Ctx() ctx: Context): ViewerType {
    return ctx.viewer;
  }
}
