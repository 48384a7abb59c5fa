import { isObject, json, objects, type Raw, string } from '../../definition/json.js';
import type { JsonObject } from '../../json.js';
import type { RemoteMessage } from '../remote/said.js';
import { choicesTemplate, type Media, mediaTemplate } from '../remote/templates.js';

/** The messages of Rasa's REST channel (`rasa.core.channels.channel.CollectingOutputChannel`); one may hold several parts. */
export function readReplies(replies: readonly unknown[]): RemoteMessage[] {
  return objects(replies).flatMap((reply) => [
    ...textAndButtons(reply),
    ...media(reply.image, 'image'),
    ...attachment(reply.attachment),
    ...custom(reply.custom),
  ]);
}

function textAndButtons(reply: Raw): RemoteMessage[] {
  const text = string(reply.text);
  const choices = [...objects(reply.buttons), ...objects(reply.quick_replies)].map((button) => {
    const url = string(button.url);
    const title = string(button.title) || string(button.payload) || url;
    return url === '' ? { title, value: string(button.payload) || title } : { title, value: url, link: true };
  });
  if (choices.length > 0) return [{ template: choicesTemplate(text, choices) }];
  return text === '' ? [] : [{ text }];
}

function media(url: unknown, type: Media): RemoteMessage[] {
  return string(url) === '' ? [] : [{ template: mediaTemplate(type, string(url)) }];
}

/** A URL, or `{type, payload: {src}}` as for the channel of Facebook. */
function attachment(value: unknown): RemoteMessage[] {
  if (!isObject(value)) return media(value, 'link');
  const payload = isObject(value.payload) ? value.payload : {};
  const url = string(payload.src) || string(payload.url);
  const type = string(value.type);
  if (url !== '') return media(url, type === 'image' || type === 'audio' || type === 'video' ? type : 'link');
  return [{ template: toTemplate(value) }];
}

/** The `custom` member of a reply: `{key, text, values}` names a message of the bot, anything else travels as it is. */
function custom(value: unknown): RemoteMessage[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [];
  const key = string(value.key);
  if (key === '') return [{ template: toTemplate(value) }];
  return [
    {
      key,
      ...(string(value.text) !== '' && { text: string(value.text) }),
      ...(isObject(value.values) && { values: toTemplate(value.values) }),
    },
  ];
}

/** An object that came as JSON, as a template. */
const toTemplate = (value: Raw): JsonObject => json(value) as JsonObject;
