import type { CatalogueMessage } from '../../definition/catalogue.js';
import { type OverrideSnapshot, overrideKey, scopeOf } from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import { listenerIn } from '../messages/override-scope.js';
import { indexOverrides, resolveContents } from '../messages/resolve.js';
import { isItem, itemOf, type ReviewItem } from './review-item.js';

/** What a version says, by messages and overrides. */
export interface Spoken {
  messages: readonly CatalogueMessage[];
  overrides: readonly OverrideSnapshot[];
  defaultLanguage: string;
}

/** What channels say instead, as it changes. */
export function overrideItems(before: Spoken, after: Spoken, channelNames: ReadonlyMap<string, string>): ReviewItem[] {
  const [former, later] = [before, after].map(
    ({ overrides }) => new Map(overrides.map((override) => [overrideKey(override), override])),
  );
  const keys = new Set([...(former?.keys() ?? []), ...(later?.keys() ?? [])]);
  return [...keys]
    .map((key) => {
      const [from, to] = [former?.get(key), later?.get(key)];
      const override = to ?? from;
      if (!override) return null;
      const { messageKey, channelId, language } = override;
      const message = [...after.messages, ...before.messages].find((one) => one.key === messageKey);
      return itemOf({
        part: 'OVERRIDE',
        id: [messageKey, ...Object.values(scopeOf(override)), language],
        name: message?.name ?? messageKey,
        kind: message?.kind ?? null,
        channel: channelId === null ? null : (channelNames.get(channelId) ?? channelId),
        channelType: channelId === null ? 'webhook' : null,
        language,
        before: from?.contents ?? [],
        after: to?.contents ?? [],
        otherwise: from && to ? [] : withoutIt(from ? after : before, override),
      });
    })
    .filter(isItem);
}

/** What is said where there is no such override. */
function withoutIt({ messages, overrides, defaultLanguage }: Spoken, target: OverrideSnapshot): Content[] {
  const message = messages.find(({ key }) => key === target.messageKey) ?? null;
  const audience = { listener: listenerIn(target), language: target.language, defaultLanguage };
  return resolveContents(target.messageKey, message, indexOverrides(overrides), audience);
}

/** What the bot's file says, as it changes: by message, language and type of channel. */
export function messageItems(before: Spoken, after: Spoken): ReviewItem[] {
  const [former, later] = [textsOf(before.messages), textsOf(after.messages)];
  return [...new Set([...former.keys(), ...later.keys()])]
    .map((key) => {
      const [from, to] = [former.get(key), later.get(key)];
      const one = to ?? from;
      if (!one) return null;
      const { message, channelType, language } = one;
      return itemOf({
        part: 'MESSAGE',
        id: [message.key, channelType, language],
        name: message.name,
        kind: message.kind,
        channelType,
        language,
        before: from?.contents ?? [],
        after: to?.contents ?? [],
      });
    })
    .filter(isItem);
}

interface Text {
  message: CatalogueMessage;
  channelType: string | null;
  language: string;
  contents: Content[];
}

function textsOf(messages: readonly CatalogueMessage[]): Map<string, Text> {
  const texts = messages.flatMap((message): Text[] => [
    ...Object.entries(message.contents).map(([language, contents]) => ({
      message,
      channelType: null,
      language,
      contents,
    })),
    ...message.channels.map(({ channelType, language, contents }) => ({ message, channelType, language, contents })),
  ]);
  return new Map(texts.map((one) => [JSON.stringify([one.message.key, one.channelType, one.language]), one]));
}
