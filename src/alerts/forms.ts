import type { AlertFormat } from '../vocabulary.js';
import { type Alert, eventType } from './alert.js';

/** How an alert is made of its stored payload, by the format of the subscription at that moment. */
export type AlertForm =
  | { by: 'POST'; contentType: string; body(payload: string): string }
  | { by: 'MAIL'; mail(payload: string): { to: string; subject: string; text: string } };

export function formOf(format: AlertFormat, address: string): AlertForm {
  if (format === 'EMAIL') return { by: 'MAIL', mail: (payload) => ({ to: address, ...mailOf(read(payload)) }) };
  const { contentType, of } = POSTED[format];
  return { by: 'POST', contentType, body: (payload) => JSON.stringify(of(read(payload))) };
}

const read = (payload: string): Alert => JSON.parse(payload) as Alert; // written by `payloadOf` alone

export const payloadOf = (alert: Alert): string => JSON.stringify(alert);

const POSTED = {
  CLOUDEVENTS: { contentType: 'application/cloudevents+json; charset=utf-8', of: cloudEventOf },
  SLACK: { contentType: 'application/json; charset=utf-8', of: slackMessageOf },
  TEAMS: { contentType: 'application/json; charset=utf-8', of: teamsMessageOf },
};

/** CloudEvents 1.0 in structured mode (https://github.com/cloudevents/spec, the JSON event format). */
function cloudEventOf({ id, source, topic, at, since, facts, ...alert }: Alert) {
  const { subject, state, title, text, accountId, count, total, link } = alert;
  return {
    specversion: '1.0',
    id,
    source,
    type: eventType(topic),
    subject,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: { topic, state, title, text, accountId, since: new Date(since).toISOString(), count, total, link, facts },
  };
}

/** A message for an incoming webhook of Slack; `&`, `<` and `>` are escaped as its mark-up asks. */
function slackMessageOf({ title, text, link }: Alert) {
  return { text: `*${slackText(title)}*\n${slackText(text)}\n<${link}|Open the console>` };
}

/** A name may hold marks that would make a mention or a link, or end the bold title. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('*', '∗');

/** A message with an Adaptive Card, for the workflow "When a Teams webhook request is received". */
function teamsMessageOf({ title, text, since, total, link }: Alert) {
  const facts = [
    { title: 'Since', value: new Date(since).toISOString() },
    { title: 'Times', value: String(total) },
  ];
  const body = [
    { type: 'TextBlock', text: teamsText(title), weight: 'Bolder', size: 'Medium', wrap: true },
    { type: 'TextBlock', text: teamsText(text), wrap: true },
    { type: 'FactSet', facts },
  ];
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body,
    actions: [{ type: 'Action.OpenUrl', title: 'Open the console', url: link }],
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

/** A text block reads Markdown: names are shown as they are written. */
const teamsText = (text: string): string => text.replace(/[\\`*_[\]]/g, '\\$&');

function mailOf({ title, text, since, total, link, source }: Alert): { subject: string; text: string } {
  const lines = [text, '', `Since: ${new Date(since).toISOString()}`, `Times: ${total}`, `Console: ${link}`];
  lines.push('', `Sent by Hookswitch at ${source} to a subscription of your account. An ADMIN can change it there.`);
  return { subject: `[Hookswitch] ${title}`, text: `${lines.join('\n')}\n` };
}
