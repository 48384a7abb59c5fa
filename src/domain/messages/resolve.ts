/** What one channel, or every webhook channel (`channelId` null), says instead of a message of the bot. */
export interface MessageOverride<Content = { type: 'TEXT' | 'SCRIPT' | 'TEMPLATE'; value: string }> {
  messageKey: string;
  channelId: string | null;
  language: string;
  contents: Content[];
}

export interface MessageTarget {
  key: string;
  channelId: string;
  language: string;
  defaultLanguage: string;
}

/**
 * The contents a channel says for a message: its own override, else the one of all webhook channels, else
 * `allChannels`. Each level is looked up in the wanted language and then in the bot's default language, so that a
 * channel's own words win over the right language of somebody else's.
 */
export function resolveContents<Content>(
  overrides: readonly MessageOverride<Content>[],
  target: MessageTarget,
  allChannels: Content[],
): Content[] {
  if (overrides.length === 0) return allChannels;
  const ofMessage = overrides.filter((override) => override.messageKey === target.key);
  for (const channelId of [target.channelId, null]) {
    for (const language of [target.language, target.defaultLanguage]) {
      const found = ofMessage.find((override) => override.channelId === channelId && override.language === language);
      if (found) return found.contents;
    }
  }
  return allChannels;
}
