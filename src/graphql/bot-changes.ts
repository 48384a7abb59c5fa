import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { BotRecord } from '../store/tables/bots.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';

@Resolver(() => Bot)
export class BotChangesResolver {
  @FieldResolver(() => GraphQLJSON, {
    description:
      'What a publish with these channels, or a roll back to that version, would change against the live one.',
  })
  changes(
    @Root() bot: BotRecord,
    @Arg('channelIds', () => [ID], { nullable: true }) channelIds: string[] | null | undefined,
    @Arg('versionNumber', () => Int, { nullable: true }) versionNumber: number | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ): Promise<Record<string, unknown>> {
    if (typeof versionNumber === 'number') return domain.preview.rollback(viewer, bot, versionNumber);
    return domain.preview.publish(viewer, bot, channelIds ?? []);
  }
}
