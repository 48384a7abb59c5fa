import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { BotState } from '../domain/bots/bot-state.js';
import type { BotKind, BotRecord, EngineSettings } from '../store/tables/bots.js';
import type { EngineKind } from '../vocabulary.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';

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

const EngineKindEnum = enumOf<EngineKind>('EngineKind', 'What answers for a bot.', {
  DIALOG: 'The definition, run here.',
  HTTP: 'A server of your own.',
  RASA: null,
  OPENAI: 'Any server that speaks chat completions.',
  BOT_FRAMEWORK: null,
});

@ObjectType({ description: 'A variable of the bot, {{env.key}} in its texts; a secured one never shows its value.' })
export class BotVariable {
  @Field(() => String)
  key!: string;

  @Field(() => Boolean)
  secured!: boolean;

  @Field(() => Boolean)
  filled!: boolean;

  @Field(() => String, { nullable: true })
  value!: string | null;

  @Field(() => Boolean, { description: 'Saved, and in force once a publish of the bot is approved.' })
  waiting!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The value in force while another waits; null for none and for a secured one.',
  })
  servingValue!: string | null;
}

@ObjectType()
export class Bot {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => BotKindEnum)
  kind!: BotKind;

  @Field(() => EngineKindEnum)
  engine!: EngineKind;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Without secrets.' })
  engineSettings!: EngineSettings | null;

  @Field(() => String)
  defaultLanguage!: string;

  @Field(() => Int)
  sessionTimeoutMinutes!: number;

  @Field(() => String, { nullable: true })
  suspendedReason!: string | null;

  @Field(() => GraphQLDateTime)
  createdAt!: number;

  @Field(() => GraphQLDateTime)
  updatedAt!: number;
}

const BotConnection = connectionOf<BotRecord>('Bot', () => Bot);

@InputType()
class BotSettingsInput {
  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => String, { nullable: true })
  defaultLanguage?: string | null;

  @Field(() => EngineKindEnum, { nullable: true })
  engine?: EngineKind | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Credentials in it are sealed and never shown again.' })
  engineSettings?: unknown;
}

@InputType()
class CreateBotInput extends BotSettingsInput {
  @Field(() => String)
  name!: string;
}

@InputType()
class UpdateBotInput extends BotSettingsInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => Int, { nullable: true })
  sessionTimeoutMinutes?: number | null;
}

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
    @Arg('search', () => String, { nullable: true }) search: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return new BotConnection(await domain.bots.list(viewer, { first, after, search }));
  }

  @FieldResolver(() => BotStateEnum)
  state(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.botState.load(bot);
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
  createBot(@Arg('input', () => CreateBotInput) input: CreateBotInput, @Ctx() { domain, viewer }: Context) {
    return domain.bots.create(viewer, input);
  }

  @Mutation(() => Bot)
  updateBot(@Arg('input', () => UpdateBotInput) input: UpdateBotInput, @Ctx() { domain, viewer }: Context) {
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
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.bots.setVariable(viewer, { botId, key, value, secured: secured ?? null });
  }
}
