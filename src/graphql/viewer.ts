import { Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Role } from '../store/tables/users.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { objectOf } from './fields.js';

export const RoleEnum = enumOf<Role>('Role', 'What a user may do.', {
  ADMIN: 'Approves, suspends, manages users; may do all that a developer may.',
  DEVELOPER: 'Manages bots, apps, channels and overrides; publishes; never approves.',
  VIEWER: 'Reads; never sees a secret.',
});

export const ViewerType = objectOf('Viewer', 'Who is asking.', {
  id: ID,
  name: String,
  role: RoleEnum,
});

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerType)
  viewer(@Ctx() { viewer }: Context) {
    return viewer;
  }
}
