import { Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ACTIONS, may, type Viewer } from '../domain/access.js';
import type { Role } from '../store/tables/users.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { objectOf } from './fields.js';

export const RoleEnum = enumOf<Role>('Role', 'What a user may do.', {
  ADMIN: 'Approves, suspends, manages users; may do all that a developer may.',
  DEVELOPER: 'Manages bots, apps, channels and overrides; publishes; never approves.',
  VIEWER: 'Reads; never sees a secret, nor what people said.',
  NONE: 'Does and sees what roles on single bots allow, and nothing else.',
});

export const ViewerType = objectOf('Viewer', 'Who is asking.', {
  id: ID,
  name: String,
  role: RoleEnum,
});

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType)
  viewer(@Ctx() { viewer }: Context) {
    return viewer;
  }

  @FieldResolver(() => [String], { description: 'What the viewer may do in the whole account.' })
  permissions(@Root() viewer: Viewer) {
    return ACTIONS.filter((action) => may(viewer, action));
  }

  @Query(() => [String], {
    name: 'permissions',
    description: 'All there are; those of the viewer are at viewer and at each bot.',
  })
  allPermissions() {
    return ACTIONS;
  }
}
