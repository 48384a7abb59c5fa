import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ACTIONS, may } from '../domain/access.js';
import type { BotState } from '../domain/bots/bot-state.js';
import type { BotInput, BotUpdate } from '../domain/bots/bots.js';
import type { BotFilter, ListOrder } from '../store/tables/bot-list.js';
import type { BotKind, BotRecord } from '../store/tables/bots.js';
import { ENGINES, type EngineKind } from '../vocabulary.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { SECRET_MARKS } from './expected.js';
import { argumentsOf, described, inputOf, nullable, objectOf } from './fields.js';
import { Privacy } from './privacy-settings.js';

const BotKindEnum = enumOf<BotKind>('BotKind', 'Whether a bot inherits.', {
  STANDARD: null,
  SMART: 'Inherits from a parent.',
});

const BotStateEnum = enumOf<BotState>('BotState', 'Where a bot stands on its way to its users.', {
  IN_PROGRESS: 'Nothing to publish yet.',
  CONFIGURED: 'Publishable, never published.',
  AWAITING_APPROVAL: 'The first publish is with the admin.',
  PUBLISHED: null,
  UPGRADE_IN_PROGRESS: 'Published, and edited or awaiting approval of an upgrade since.',
  REJECTED: 'The last publish request was rejected; nothing is live.',
  SUSPENDED: 'An admin took it off line.',
});

const EngineKindEnum = enumOf<EngineKind>('EngineKind', 'What answers for a bot.', ENGINES);

export const BotVariable = objectOf(
  'BotVariable',
  'A variable of the bot, {{env.key}} in its texts; a secured one never shows its value.',
  {
    key: String,
    secured: Boolean,
    filled: Boolean,
    value: nullable(String),
    waiting: described(Boolean, 'Saved, and in force once a publish of the bot is approved.'),
    servingValue: nullable(String, 'The value in force while another waits; null for none and for a secured one.'),
    secretMark: nullable(
      String,
      'Of a secured one, a text that changes when its value does and tells nothing else of it; null: it has none. Send it back as `expectedMark`.',
    ),
  },
);

export const Bot = objectOf('Bot', null, {
  id: ID,
  name: String,
  description: nullable(String),
  kind: BotKindEnum,
  engine: EngineKindEnum,
  engineSettings: nullable(GraphQLJSON, 'Without secrets.'),
  defaultLanguage: String,
  sessionTimeoutMinutes: Int,
  suspendedReason: nullable(String),
  createdAt: GraphQLDateTime,
  updatedAt: GraphQLDateTime,
});

export const ListOrderEnum = enumOf<ListOrder>('ListOrder', 'How a list is ordered.', {
  NEWEST: null,
  CHANGED: 'Last changed first.',
  NAME: null,
});

const BotConnection = connectionOf<BotRecord>('Bot', () => Bot);

const botSettings = {
  description: nullable(String),
  defaultLanguage: nullable(String),
  engine: nullable(EngineKindEnum),
  engineSettings: nullable(GraphQLJSON, 'Credentials in it are sealed and never shown again.'),
};

const CreateBotInput = inputOf('CreateBotInput', null, {
  ...botSettings,
  name: String,
});

const changedSettings = { ...botSettings, name: nullable(String), sessionTimeoutMinutes: nullable(Int) };

const ExpectedBot = inputOf(
  'ExpectedBot',
  'Fields as you saw them. CONFLICT when one is another by now, with who changed it and what it is. Absent: not checked.',
  { ...changedSettings, engineSecrets: nullable(String, 'Their mark (`secretMarks`).') },
);

const UpdateBotInput = inputOf('UpdateBotInput', null, {
  ...changedSettings,
  id: ID,
  expected: nullable(ExpectedBot),
});

const BotFilterArgs = argumentsOf({
  search: nullable(String, 'A part of the name, or the beginning of the id.'),
  state: nullable(BotStateEnum),
  engine: nullable(EngineKindEnum),
  tag: nullable(String),
  among: nullable([ID], 'Only these.'),
  failing: nullable(Boolean, 'Only those with a channel whose callbacks do not arrive.'),
  order: nullable(ListOrderEnum, 'NEWEST by default.'),
});

@Resolver(() => Bot)
export class BotResolver {
  @Query(() => Bot, { nullable: true })
  bot(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    return domain.bots.get(viewer, id);
  }

  @Query(() => BotConnection)
  async bots(
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Args(() => BotFilterArgs) filter: BotFilter & { order?: ListOrder | null },
    @Ctx() { domain, viewer }: Context,
  ) {
    return new BotConnection(await domain.bots.list(viewer, { ...filter, first, after }));
  }

  @FieldResolver(() => BotStateEnum)
  state(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.botState.load(bot);
  }

  @FieldResolver(() => [String], { description: 'What the viewer may do with this bot.' })
  permissions(@Root() bot: BotRecord, @Ctx() { viewer }: Context) {
    return ACTIONS.filter((action) => may(viewer, action, bot.id));
  }

  @FieldResolver(() => GraphQLJSON, { description: SECRET_MARKS })
  secretMarks(@Root() bot: BotRecord, @Ctx() { domain }: Context) {
    return domain.bots.secretMarks(bot);
  }

  @FieldResolver(() => Privacy, { description: 'What it keeps to itself, on all its channels.' })
  privacy(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.privacyOfBot.load(bot.id);
  }

  @FieldResolver(() => [BotVariable])
  variables(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.variablesOfBot.load(bot.id);
  }

  @FieldResolver(() => Bot, { nullable: true, description: 'Smart bots only.' })
  parent(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return bot.parentId === null ? null : loaders.bot.load(bot.parentId);
  }

  @FieldResolver(() => [Bot])
  children(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.childrenOfBot.load(bot.id);
  }

  @Mutation(() => Bot)
  createBot(@Arg('input', () => CreateBotInput) input: BotInput, @Ctx() { domain, viewer }: Context) {
    return domain.bots.create(viewer, input);
  }

  @Mutation(() => Bot)
  updateBot(@Arg('input', () => UpdateBotInput) input: BotUpdate, @Ctx() { domain, viewer }: Context) {
    return domain.bots.update(viewer, input);
  }

  @Mutation(() => Boolean)
  async deleteBot(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    await domain.bots.remove(viewer, id);
    return true;
  }

  @Mutation(() => Bot)
  suspendBot(
    @Arg('botId', () => ID) botId: string,
    @Arg('reason', () => String) reason: string,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.bots.suspend(viewer, botId, reason);
  }

  @Mutation(() => Bot)
  resumeBot(@Arg('botId', () => ID) botId: string, @Ctx() { domain, viewer }: Context) {
    return domain.bots.resume(viewer, botId);
  }

  @Mutation(() => BotVariable, {
    description:
      'Acts at once before the bot is put before an ADMIN, and where the caller could approve a publish of it alone. Else it waits for the next publish.',
  })
  setBotVariable(
    @Arg('botId', () => ID) botId: string,
    @Arg('key', () => String) key: string,
    @Arg('value', () => String) value: string,
    @Arg('secured', () => Boolean, { nullable: true }) secured: boolean | null | undefined,
    @Arg('expectedValue', () => String, {
      nullable: true,
      description:
        'As you saw it; empty: there was none. CONFLICT when it is another by now, with who changed it. Not checked where it is secured.',
    })
    expectedValue: string | null | undefined,
    @Arg('expectedMark', () => String, {
      nullable: true,
      description:
        'The `secretMark` of a secured one as you saw it; empty: there was none. CONFLICT likewise, without the value.',
    })
    expectedMark: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.bots.setVariable(viewer, {
      ...{ botId, key, value, secured: secured ?? null },
      ...{ expectedValue: expectedValue ?? null, expectedMark: expectedMark ?? null },
    });
  }
}
