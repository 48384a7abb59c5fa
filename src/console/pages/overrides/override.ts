import { graphql } from '../../api/.generated/gql';
import type { BotMessagesQuery, OverrideCoverageQuery } from '../../api/.generated/graphql';

/** For whom an override holds: one channel, or every webhook channel. A further scope is added in this file. */
export interface Scope {
  /** The channel, or `EVERY_CHANNEL`. */
  id: string;
  name: string;
}

/** A scope as it is picked. */
export interface ScopeChoice extends Scope {
  label: string;
}

const EVERY_CHANNEL = 'all';
const ALL = 'All webhook channels';

/** Every webhook channel by its name, working or not, and then all of them. */
export const scopesOf = (channels: readonly { id: string; name: string; type: string }[]): ScopeChoice[] => [
  ...channels.map(({ id, name, type }) => ({ id, name, label: `${name} (${type})` })),
  { id: EVERY_CHANNEL, name: ALL, label: ALL },
];

/** The scope as the API takes it. */
export const targetOf = ({ id }: Scope) => ({ channelId: id === EVERY_CHANNEL ? null : id });
export type Target = ReturnType<typeof targetOf>;

/** How much each scope overrides. */
export const COVERAGE = graphql(`
  query OverrideCoverage($botId: ID!) {
    bot(id: $botId) {
      id
      messageLanguages
      overrideCoverage {
        channelId
        language
        overridden
      }
      messages(first: 1) {
        totalCount
      }
    }
  }
`);

type Coverage = NonNullable<OverrideCoverageQuery['bot']>['overrideCoverage'];

/** Messages that a scope overrides in a language. */
export const overriddenBy = (coverage: Coverage, scope: Scope, language: string): number =>
  coverage.find((one) => (one.channelId ?? null) === targetOf(scope).channelId && one.language === language)
    ?.overridden ?? 0;

export interface BotOfMessages {
  id: string;
  defaultLanguage: string;
}

export const MESSAGES = graphql(`
  query BotMessages($botId: ID!, $search: String, $overriddenOnly: Boolean, $after: String) {
    bot(id: $botId) {
      id
      messages(first: 25, search: $search, overriddenOnly: $overriddenOnly, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            key
            name
            kind
            language
            contents {
              type
              value
            }
            problems {
              severity
              text
              name
              channelId
              language
              line
              column
            }
            overrides {
              id
              language
              channelType
              channel {
                id
              }
              contents {
                type
                value
              }
            }
          }
        }
      }
    }
  }
`);

/** The same with all that is said in any language. */
export const MATRIX = graphql(`
  query BotMatrix($botId: ID!, $search: String, $missing: OverrideScopeInput, $after: String) {
    bot(id: $botId) {
      id
      messages(first: 100, search: $search, missing: $missing, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            key
            name
            kind
            problems {
              severity
              text
              name
              channelId
              language
              line
              column
            }
            localized {
              language
              contents {
                type
                value
              }
            }
            overrides {
              id
              language
              channelType
              channel {
                id
              }
              contents {
                type
                value
              }
            }
          }
        }
      }
    }
  }
`);

export const SET = graphql(`
  mutation SetOverride($input: SetMessageOverrideInput!) {
    setMessageOverride(input: $input) {
      key
    }
  }
`);

export const REMOVE = graphql(`
  mutation RemoveOverride(
    $botId: ID!
    $key: ID!
    $channelId: ID
    $language: String
    $expected: [MessageContentInput!]
  ) {
    removeMessageOverride(
      botId: $botId
      messageKey: $key
      channelId: $channelId
      language: $language
      expected: $expected
    ) {
      key
    }
  }
`);

/** What is wrong with contents that are being written. */
export const CHECK = graphql(`
  query CheckContents($botId: ID!, $contents: [MessageContentInput!]!) {
    bot(id: $botId) {
      id
      checkContents(contents: $contents) {
        severity
        text
        variant
        line
        column
      }
    }
  }
`);

type Messages = NonNullable<BotMessagesQuery['bot']>['messages'];
export type MessageNode = Messages['edges'][number]['node'];
export type OverrideNode = MessageNode['overrides'][number];

/** An override as it is edited. */
export interface EditedOverride {
  bot: BotOfMessages;
  scope: Scope;
  message: MessageNode;
  /** What the scope has now. */
  own: OverrideNode | null;
}

/** The override of exactly this scope, in the language shown. */
export function overrideFor(
  { overrides, language }: Pick<MessageNode, 'overrides' | 'language'>,
  scope: Scope,
): OverrideNode | null {
  const { channelId } = targetOf(scope);
  const matches = overrides.filter((one) => one.language === language);
  const found = matches.find((one) =>
    channelId === null ? !one.channel && one.channelType === 'webhook' : one.channel?.id === channelId,
  );
  return found ?? null;
}

/** An override as it will be read, when it has been written. */
export function nodeOf(scope: Scope, language: string, contents: OverrideNode['contents']): OverrideNode {
  const { channelId } = targetOf(scope);
  const channel = channelId === null ? null : { id: channelId };
  return { id: `${scope.id} ${language}`, language, channelType: channel ? null : 'webhook', channel, contents };
}

/** Whether a problem is in what exactly this scope says; null: in what the bot says by itself. */
export const isProblemOf = ({ channelId }: MessageNode['problems'][number], scope: Scope | null): boolean =>
  channelId === (scope ? targetOf(scope).channelId : null);

/** What is wrong with what this scope says: its own, and what all channels say. */
export const problemsIn = ({ problems }: MessageNode, scope: Scope) =>
  problems.filter((problem) => isProblemOf(problem, null) || isProblemOf(problem, scope));
