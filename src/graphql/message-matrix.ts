import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { OverrideCell } from '../domain/messages/many-overrides.js';
import type { OverrideScopeInput as ScopeInput } from '../domain/messages/override-scope.js';
import type { BotRecord } from '../store/tables/bots.js';
import { type OverrideScope, scopeOf } from '../store/tables/message-overrides.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';
import { inputOf, nullable, objectOf } from './fields.js';
import {
  BotMessage,
  EXPECTED_CONTENTS,
  MessageContentInput,
  MessageContentType,
  NAMED_SCOPE,
  OverrideScopeInput,
  SCOPE,
  type ShownMessage,
} from './messages.js';

const OverrideCellInput = inputOf('OverrideCellInput', null, {
  messageKey: ID,
  ...NAMED_SCOPE,
  contents: nullable([MessageContentInput], 'Several: one of them at random. Null: there is to be no override.'),
  expected: nullable([MessageContentInput], EXPECTED_CONTENTS),
});

const LocalizedContents = objectOf('LocalizedContents', null, { language: String, contents: [MessageContentType] });

const OverrideCoverage = objectOf('OverrideCoverage', 'How many messages a scope says otherwise.', {
  ...SCOPE,
  language: String,
  overridden: Int,
});

/** The messages of a bot by channels and languages, seen and changed many at once. */
@Resolver(() => Bot)
export class MessageMatrixResolver {
  @FieldResolver(() => [String], { description: 'The languages that its messages or overrides are in.' })
  async messageLanguages(@Root() bot: BotRecord, @Ctx() { loaders }: Context): Promise<string[]> {
    const languages = new Set([bot.defaultLanguage]);
    for (const { message, overrides } of await loaders.messagesOfBot.load(bot)) {
      for (const language of Object.keys(message.contents)) languages.add(language);
      for (const { language } of overrides) languages.add(language);
    }
    return [...languages];
  }

  @FieldResolver(() => [OverrideCoverage], { description: 'Scopes that override nothing are left out.' })
  async overrideCoverage(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    const scopes = new Map<string, OverrideScope & { language: string; overridden: number }>();
    for (const { overrides } of await loaders.messagesOfBot.load(bot)) {
      for (const { language, ...of } of overrides) {
        const key = JSON.stringify([scopeOf(of), language]);
        const scope = scopes.get(key) ?? { ...scopeOf(of), language, overridden: 0 };
        scopes.set(key, { ...scope, overridden: scope.overridden + 1 });
      }
    }
    return [...scopes.values()];
  }

  @Mutation(() => Int, {
    description: 'Up to 1,000 at once, all or none; gives how many have changed. They act with the next publish.',
  })
  setMessageOverrides(
    @Arg('botId', () => ID) botId: string,
    @Arg('overrides', () => [OverrideCellInput]) overrides: OverrideCell[],
    @Ctx() { domain, viewer }: Context,
  ): Promise<number> {
    return domain.manyOverrides.set(viewer, botId, overrides);
  }

  @Mutation(() => Int, {
    description: 'What one scope says instead, others say too; gives how many overrides have changed.',
  })
  copyMessageOverrides(
    @Arg('botId', () => ID) botId: string,
    @Arg('from', () => OverrideScopeInput) from: ScopeInput,
    @Arg('to', () => [OverrideScopeInput]) to: ScopeInput[],
    @Arg('replace', () => Boolean, { nullable: true, description: 'Overrides that are there already give way.' })
    replace: boolean | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ): Promise<number> {
    return domain.manyOverrides.copy(viewer, { botId, from, to, replace });
  }
}

@Resolver(() => BotMessage)
export class LocalizedMessageResolver {
  @FieldResolver(() => [LocalizedContents], { description: 'For all channels, in every language there is.' })
  localized(@Root() { message }: ShownMessage) {
    return Object.entries(message.contents).map(([language, contents]) => ({ language, contents }));
  }
}
