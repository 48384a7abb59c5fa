import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import { described, objectOf } from './fields.js';

const SavedView = objectOf('SavedView', "A filter and an order of a list, under a name of the viewer's own.", {
  id: ID,
  page: described(String, 'The list: bots, channels, apps, deliveries, conversations.'),
  name: String,
  address: described(String, "The query part of the list's address in the console."),
  createdAt: GraphQLDateTime,
});

@Resolver()
export class SavedViewResolver {
  @Query(() => [SavedView], { description: "The viewer's own, by name." })
  savedViews(@Arg('page', () => String) page: string, @Ctx() { domain, viewer }: Context) {
    return domain.savedViews.list(viewer, page);
  }

  @Mutation(() => SavedView, { description: 'In place of the one of the same name.' })
  saveView(
    @Arg('page', () => String) page: string,
    @Arg('name', () => String) name: string,
    @Arg('address', () => String) address: string,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.savedViews.save(viewer, { page, name, address });
  }

  @Mutation(() => Boolean)
  async deleteSavedView(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    await domain.savedViews.remove(viewer, id);
    return true;
  }
}
