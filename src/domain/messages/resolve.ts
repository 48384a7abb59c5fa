import { type CatalogueMessage, contentsOfFile } from '../../definition/catalogue.js';
import { type OverrideSnapshot, overrideKey } from '../../store/tables/message-overrides.js';
import { type Content, WEBHOOK_TYPE } from '../../vocabulary.js';
import { type Listener, type OverrideSource, scopesFor } from './override-scope.js';

/** The audience a message is resolved for. */
export interface Audience extends Spoken {
  listener: Listener;
  /** Another type than the webhook's has no overrides here: the bot's file may hold texts for it. */
  channelType?: string;
}

/** The language asked for, and the one of the bot. */
interface Spoken {
  language: string;
  defaultLanguage: string;
}

/** Where the contents of a message come from. */
export type ContentSource = OverrideSource | 'FILE_CHANNEL_TYPE' | 'FILE';

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
    find(messageKey, { listener, channelType = WEBHOOK_TYPE }, language) {
      if (channelType !== WEBHOOK_TYPE) return null;
      for (const { source, scope } of scopesFor(listener)) {
        const contents = index.get(overrideKey({ messageKey, language, ...scope }));
        if (contents) return { contents, source };
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

/** The resolved content and where it comes from; null: there is none. */
export function resolveMessage(
  key: string,
  message: Pick<CatalogueMessage, 'contents' | 'channels'> | null,
  overrides: Overrides,
  audience: Audience,
): Resolved | null {
  const { channelType = WEBHOOK_TYPE } = audience;
  return inSomeLanguage(
    audience,
    (language) => overrides.find(key, audience, language) ?? ofFile(message, language, channelType),
  );
}

/** What the bot's file has the webhook's channels say, whatever is overridden. Empty: nothing. */
export const contentsInFile = (message: Pick<CatalogueMessage, 'contents' | 'channels'>, spoken: Spoken): Content[] =>
  inSomeLanguage(spoken, (language) => ofFile(message, language, WEBHOOK_TYPE))?.contents ?? [];

function inSomeLanguage(
  { language: asked, defaultLanguage }: Spoken,
  find: (language: string) => Omit<Resolved, 'language'> | null,
): Resolved | null {
  const inLanguage = (language: string): Resolved | null => {
    const found = find(language);
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
