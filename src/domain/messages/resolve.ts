import { type CatalogueMessage, contentsOfFile } from '../../definition/catalogue.js';
import { type OverrideSnapshot, overrideKey } from '../../store/tables/message-overrides.js';
import { type Content, WEBHOOK_TYPE } from '../../vocabulary.js';

/** The audience a message is resolved for. A new scope of overrides adds its key here. */
export interface Audience {
  channelId: string;
  /** Another type than the webhook's has no overrides here: the bot's file may hold texts for it. */
  channelType?: string;
  language: string;
  defaultLanguage: string;
}

/** Where the contents of a message come from, the narrowest first. */
export type ContentSource = 'CHANNEL' | 'ALL_CHANNELS' | 'FILE_CHANNEL_TYPE' | 'FILE';

/** What is said for a message, in which language, and why that. */
export interface Resolved {
  contents: Content[];
  source: ContentSource;
  language: string;
}

/** The overrides of a version, ready to be asked for every message of a turn. */
export interface Overrides {
  /** The narrowest override in this language; null when there is none. */
  find(messageKey: string, audience: Audience, language: string): Omit<Resolved, 'language'> | null;
}

export const NO_OVERRIDES: Overrides = { find: () => null };

export function indexOverrides(snapshots: readonly OverrideSnapshot[]): Overrides {
  if (snapshots.length === 0) return NO_OVERRIDES;
  const index = new Map(snapshots.map((one) => [overrideKey(one), one.contents]));
  return {
    find(messageKey, { channelId, channelType = WEBHOOK_TYPE }, language) {
      if (channelType !== WEBHOOK_TYPE) return null;
      for (const { source, ...scope } of [
        { channelId, source: 'CHANNEL' as const },
        { channelId: null, source: 'ALL_CHANNELS' as const },
      ]) {
        const contents = index.get(overrideKey({ messageKey, language, ...scope }));
        if (contents) return { contents, source }; // the first match wins
      }
      return null;
    },
  };
}

/**
 * The contents for an audience: the override of the channel, else that of all webhook channels, else the bot file's contents
 * for the type of channel, else for all channels; all of that in the language asked for, else in the bot's default language.
 * Several contents are variants. Empty: nothing.
 */
export const resolveContents = (...asked: Parameters<typeof resolveMessage>): Content[] =>
  resolveMessage(...asked)?.contents ?? [];

/** The same with where it comes from; null: nothing. */
export function resolveMessage(
  key: string,
  message: Pick<CatalogueMessage, 'contents' | 'channels'> | null,
  overrides: Overrides,
  audience: Audience,
): Resolved | null {
  const { channelType = WEBHOOK_TYPE, language: asked, defaultLanguage } = audience;
  const inLanguage = (language: string): Resolved | null => {
    const found = overrides.find(key, audience, language) ?? ofFile(message, language, channelType);
    return found && found.contents.length > 0 ? { ...found, language } : null;
  };
  return inLanguage(asked) ?? (asked === defaultLanguage ? null : inLanguage(defaultLanguage));
}

function ofFile(
  message: Pick<CatalogueMessage, 'contents' | 'channels'> | null,
  language: string,
  channelType: string,
): Omit<Resolved, 'language'> | null {
  const contents = message && contentsOfFile(message, language, channelType);
  if (!contents) return null;
  const isForType = message.channels.some((one) => one.contents === contents);
  return { contents, source: isForType ? 'FILE_CHANNEL_TYPE' : 'FILE' };
}
