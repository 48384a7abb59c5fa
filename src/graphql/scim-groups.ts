import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { Group } from '../domain/directory/groups.js';
import type { Role } from '../store/tables/users.js';
import type { Context } from './context.js';
import { described, nullable, objectOf } from './fields.js';
import { RoleEnum } from './viewer.js';

const ScimMember = objectOf('ScimMember', null, { id: described(ID, 'Of the user.'), name: String });

const ScimGroup = objectOf('ScimGroup', "A group of the company's directory, which manages it over SCIM.", {
  id: ID,
  displayName: String,
  externalId: nullable(String, 'Its id in the directory.'),
  role: nullable(RoleEnum, 'What its members may do; null: the group gives no role.'),
  memberCount: Int,
  members: [ScimMember],
  createdAt: GraphQLDateTime,
});

@Resolver()
export class ScimGroupResolver {
  @Query(() => [ScimGroup], { description: "The groups of the company's directory, oldest first." })
  async scimGroups(@Ctx() { domain, viewer }: Context) {
    return (await domain.directory.groups.all(viewer)).map(shown);
  }

  @Query(() => String, {
    description:
      "Where the company's directory reaches this server over SCIM 2.0, with a token for `scim.provision` alone.",
  })
  scimUrl(@Ctx() { domain, viewer }: Context) {
    return domain.directory.groups.url(viewer);
  }

  @Mutation(() => ScimGroup, {
    description:
      'The role that a group gives its members. Each has the strongest of their groups; who leaves the last group that gave one has NONE.',
  })
  async setScimGroupRole(
    @Arg('id', () => ID) id: string,
    @Arg('role', () => RoleEnum, { nullable: true, description: 'Null: the group gives no role.' })
    role: Role | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return shown(await domain.directory.groups.setRole(viewer, { id, role: role ?? null }));
  }
}

const shown = (group: Group) => ({ ...group, displayName: group.name, memberCount: group.members.length });
