import { isObject, json, objects, type Raw, string } from '../../definition/json.js';
import type { RemoteMessage } from '../remote/said.js';
import {
  buttonTemplate,
  type Card,
  type Choice,
  cardsTemplate,
  type Media,
  mediaTemplate,
  template,
} from '../remote/templates.js';

const CARD = 'application/vnd.microsoft.card.';
/** Cards of a title, a text, pictures and buttons (Bot Framework protocol, cards schema); their fields have the same names. */
const PICTURE_CARDS = new Set(['hero', 'thumbnail', 'signin', 'oauth', 'receipt']);
const MEDIA_CARDS: Readonly<Record<string, Media>> = { animation: 'image', audio: 'audio', video: 'video' };

/** Attachments in order; neighbouring picture cards become one carousel or list. */
export function attachmentMessages(attachments: readonly Raw[], layout: string): RemoteMessage[] {
  const cards = attachments.filter(isPictureCard);
  const others = attachments.filter((attachment) => !isPictureCard(attachment));
  return [...pictureCards(cards.map(toCard), layout), ...others.flatMap(toMessage)];
}

/** A button or suggested action; what is no text is sent back as JSON, and comes to the bot as its object again. */
export function toChoice(action: Raw): Choice {
  const given = action.value ?? action.text ?? action.title;
  // The Agents SDK writes what the user is to say as `{text}`.
  const value = action.type === 'imBack' && isObject(given) && typeof given.text === 'string' ? given.text : given;
  const text = isObject(value) || Array.isArray(value) ? JSON.stringify(value) : string(value);
  const title = string(action.title) || string(action.text) || text;
  const imageUrl = string(action.image);
  const link = /^(openUrl|downloadFile|playAudio|playVideo|showImage|signin)$/.test(string(action.type));
  return { title, value: text, ...(link && { link }), ...(imageUrl !== '' && { imageUrl }) };
}

const kindOf = (attachment: Raw): string => {
  const type = string(attachment.contentType);
  return type.startsWith(CARD) ? type.slice(CARD.length) : '';
};
const isPictureCard = (attachment: Raw): boolean => PICTURE_CARDS.has(kindOf(attachment));

function pictureCards(cards: readonly Card[], layout: string): RemoteMessage[] {
  const [first] = cards;
  if (!first) return [];
  if (cards.length === 1 && first.imageUrl === undefined && first.url === undefined) return [plainCard(first)];
  return [{ template: cardsTemplate(cards.length > 1 && layout !== 'carousel' ? 'list' : 'carousel', cards) }];
}

/** Without a picture, a card is a text with buttons. */
function plainCard({ title, subtitle, choices }: Card): RemoteMessage {
  const text = [title, subtitle ?? ''].filter((line) => line !== '').join('\n');
  return choices.length > 0 ? { template: buttonTemplate(text, choices) } : { text };
}

function toCard(attachment: Raw): Card {
  const content = isObject(attachment.content) ? attachment.content : {};
  const lines = [string(content.subtitle), string(content.text), ...receiptLines(content)];
  const [image] = objects(content.images);
  const subtitle = lines.filter((line) => line !== '').join('\n');
  const imageUrl = image ? string(image.url) : '';
  const url = isObject(content.tap) && content.tap.type === 'openUrl' ? string(content.tap.value) : '';
  return {
    title: string(content.title),
    ...(subtitle !== '' && { subtitle }),
    ...(imageUrl !== '' && { imageUrl }),
    ...(url !== '' && { url }),
    choices: objects(content.buttons).map(toChoice),
  };
}

function receiptLines(content: Raw): string[] {
  const facts = objects(content.facts).map(({ key, value }) => `${string(key)}: ${string(value)}`);
  const items = objects(content.items).map(({ title, price }) => [string(title), string(price)].join(' ').trim());
  const total = string(content.total);
  return [...facts, ...items, ...(total === '' ? [] : [`= ${total}`])];
}

function toMessage(attachment: Raw): RemoteMessage[] {
  const kind = kindOf(attachment);
  const content = isObject(attachment.content) ? attachment.content : {};
  const media = MEDIA_CARDS[kind];
  if (media) {
    return objects(content.media).map(({ url }) => ({
      template: mediaTemplate(media, string(url), string(content.title)),
    }));
  }
  if (kind === 'adaptive') {
    const text = string(content.speak) || string(content.fallbackText);
    return [{ template: template('adaptive_card', { text, card: json(content) }) }];
  }
  const url = string(attachment.contentUrl) || string(attachment.thumbnailUrl);
  if (url === '') return [];
  const family = string(attachment.contentType).split('/')[0] ?? '';
  const type: Media = family === 'image' || family === 'audio' || family === 'video' ? family : 'link';
  return [{ template: mediaTemplate(type, url, string(attachment.name)) }];
}
