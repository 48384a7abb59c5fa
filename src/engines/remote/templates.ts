import type { JsonObject } from '../../json.js';

/** The templates that callers know how to draw (kore-webhook.md §6), from what other frameworks call rich content. */

export interface Choice {
  title: string;
  /** The text that is sent when it is chosen; with `link`, the address that is opened. */
  value: string;
  link?: boolean;
  imageUrl?: string;
}

export interface Card {
  title: string;
  subtitle?: string;
  imageUrl?: string;
  /** Opened when the card itself is chosen. */
  url?: string;
  choices: Choice[];
}

export type Media = 'image' | 'audio' | 'video' | 'link';

/** Choices that are drawn as buttons; more are drawn as quick replies. */
const MAX_BUTTONS = 3;

export function choicesTemplate(text: string, choices: readonly Choice[]): JsonObject {
  const drawnAsButtons = choices.length <= MAX_BUTTONS || choices.some((choice) => choice.link);
  return drawnAsButtons ? buttonTemplate(text, choices) : quickRepliesTemplate(text, choices);
}

export function buttonTemplate(text: string, choices: readonly Choice[]): JsonObject {
  return template('button', { text, buttons: choices.map(toButton) });
}

export function quickRepliesTemplate(text: string, choices: readonly Choice[]): JsonObject {
  const quickReplies = choices.map(({ title, value, imageUrl }) => ({
    content_type: 'text',
    title,
    payload: value,
    ...(imageUrl !== undefined && { image_url: imageUrl }),
  }));
  return template('quick_replies', { text, quick_replies: quickReplies });
}

export function cardsTemplate(layout: 'carousel' | 'list', cards: readonly Card[]): JsonObject {
  const elements = cards.map(({ title, subtitle, imageUrl, url, choices }) => ({
    title,
    ...(subtitle !== undefined && { subtitle }),
    ...(imageUrl !== undefined && { image_url: imageUrl }),
    ...(url !== undefined && { default_action: { type: 'web_url', url } }),
    ...(choices.length > 0 && { buttons: choices.map(toButton) }),
  }));
  return template(layout, { elements });
}

export function mediaTemplate(type: Media, url: string, title?: string): JsonObject {
  return { type, payload: { url, ...(title !== undefined && title !== '' && { title }) } };
}

export function template(kind: string, payload: JsonObject): JsonObject {
  return { type: 'template', payload: { template_type: kind, ...payload } };
}

const toButton = ({ title, value, link }: Choice): JsonObject =>
  link ? { type: 'web_url', title, url: value } : { type: 'postback', title, payload: value };
