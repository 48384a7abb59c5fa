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

/** The overrides of a version, ready to be asked for every message of a turn. */
export interface Overrides {
  /** The narrowest override in this language; null when there is none. */
  find(messageKey: string, audience: Audience, language: string): Content[] | null;
}

export const NO_OVERRIDES: Overrides = { find: () => null };

export function indexOverrides(snapshots: readonly OverrideSnapshot[]): Overrides {
  if (snapshots.length === 0) return NO_OVERRIDES;
  const index = new Map(snapshots.map((one) => [overrideKey(one), one.contents]));
  return {
    find(messageKey, { channelId, channelType = WEBHOOK_TYPE }, language) {
      if (channelType !== WEBHOOK_TYPE) return null;
      const scopes = [{ channelId }, { channelId: null }]; // the first match wins
      for (const scope of scopes) {
        const contents = index.get(overrideKey({ messageKey, language, ...scope }));
        if (contents) return contents;
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
export function resolveContents(
  key: string,
  message: Pick<CatalogueMessage, 'contents' | 'channels'> | null,
  overrides: Overrides,
  audience: Audience,
): Content[] {
  const { channelType = WEBHOOK_TYPE, language, defaultLanguage } = audience;
  for (const wanted of new Set([language, defaultLanguage])) {
    const ofFile = message && contentsOfFile(message, wanted, channelType);
    const contents = overrides.find(key, audience, wanted) ?? ofFile;
    if (contents && contents.length > 0) return contents;
  }
  return [];
}
