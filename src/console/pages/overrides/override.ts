import type { BotMessagesQuery } from '../../api/.generated/graphql';

/** For whom an override holds. */
export interface Scope {
  /** Null: every webhook channel. */
  channelId: string | null;
  name: string;
}

export interface BotOfMessages {
  id: string;
  defaultLanguage: string;
}

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
export function overrideFor({ overrides, language }: MessageNode, { channelId }: Scope): OverrideNode | null {
  const matches = overrides.filter((one) => one.language === language);
  const found = matches.find((one) =>
    channelId === null ? !one.channel && one.channelType === 'webhook' : one.channel?.id === channelId,
  );
  return found ?? null;
}
