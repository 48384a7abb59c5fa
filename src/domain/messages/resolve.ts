import type { CatalogueMessage } from '../../definition/catalogue.js';
import type { OverrideSnapshot } from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import { WEBHOOK_TYPE } from '../../vocabulary.js';

/** What a version's overrides say, ready to be asked for every message of a turn. */
export interface Overrides {
  /** Instance override, else webhook-type override; null when there is neither in this language. */
  find(messageKey: string, channelId: string, language: string): Content[] | null;
}

export function indexOverrides(snapshots: readonly OverrideSnapshot[]): Overrides {
  const index = new Map(snapshots.map((one) => [keyOf(one.messageKey, one.channelId, one.language), one.contents]));
  return {
    find: (messageKey, channelId, language) =>
      index.get(keyOf(messageKey, channelId, language)) ?? index.get(keyOf(messageKey, null, language)) ?? null,
  };
}

const keyOf = (messageKey: string, channelId: string | null, language: string): string =>
  `${messageKey}\n${channelId ?? ''}\n${language}`;

/**
 * What a channel says: instance override, else webhook-type override, else what the file has for webhooks, else for all
 * channels; all of that in the language asked for, else in the bot's default language. Several contents are variants.
 */
export function resolveMessage(
  overrides: Overrides,
  message: Pick<CatalogueMessage, 'key' | 'contents' | 'channels'>,
  channelId: string,
  language: string,
  defaultLanguage: string,
): Content[] {
  for (const wanted of [language, defaultLanguage]) {
    const ofFile = message.channels.find((one) => one.channelType === WEBHOOK_TYPE && one.language === wanted);
    const contents =
      overrides.find(message.key, channelId, wanted) ?? ofFile?.contents ?? message.contents[wanted] ?? null;
    if (contents !== null && contents.length > 0) return contents;
  }
  return [];
}
