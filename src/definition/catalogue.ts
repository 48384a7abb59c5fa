import type { Content } from '../vocabulary.js';
import type { ComponentDefinition, Definition, Localized, MessageEntry, NodeDefinition } from './definition.js';
import { own } from './json.js';
import { STANDARD_RESPONSES, type StandardResponse, standardKey, standardResponseOf } from './standard-responses.js';

export type MessageKind =
  | 'prompt'
  | 'error_prompt'
  | 'message'
  | 'confirmation'
  | 'form'
  | 'agent_transfer'
  | 'small_talk'
  | 'faq'
  | 'event'
  | 'standard_response';

/**
 * One message the bot may say. `contents` is for all channels, `channels` holds the file's own contents for a channel
 * type (`ivr` is the webhook's own type, kore-exports.md §3). Several contents are variants: one is said at random.
 */
export interface CatalogueMessage {
  key: string;
  name: string;
  kind: MessageKind;
  contents: Localized<Content[]>;
  channels: { channelType: string; language: string; contents: Content[] }[];
}

const KIND_OF_COMPONENT: Readonly<Record<string, MessageKind>> = {
  message: 'message',
  entity: 'prompt',
  dialogAct: 'confirmation',
  confirmation: 'confirmation',
  form: 'form',
  digitalForm: 'form',
  digitalFormNode: 'form',
  agentTransfer: 'agent_transfer',
};

/**
 * Every message the bot may say. Keys survive a re-import because they are made of refIds:
 * `<component refId>.prompt`, `<component refId>.error`, the same with `<dialog refId>.<node id>` for what a node says
 * in place of its component, `small_talk.<node refId>`, `faq.<FAQ refId>`, `event.<event name>`, `standard.<name>`.
 */
export function catalogue(definition: Definition): CatalogueMessage[] {
  const found = [
    ...componentMessages(definition),
    ...nodeMessages(definition),
    ...definition.smallTalk.map((node) =>
      toMessage(smallTalkKey(node.refId), node.patterns[0] ?? node.group, 'small_talk', node.answers),
    ),
    ...definition.faqs.map((faq) => toMessage(faqKey(faq.refId), faq.question, 'faq', faq.answers)),
    ...Object.entries(definition.events).map(([name, event]) =>
      toMessage(eventKey(name), name, 'event', event.message),
    ),
    ...standardMessages(definition),
  ];
  const byKey = new Map<string, CatalogueMessage>();
  for (const message of found) {
    const known = byKey.get(message.key);
    if (known) mergeInto(known, message);
    else if (hasContents(message)) byKey.set(message.key, message);
  }
  return [...byKey.values()];
}

export const promptKey = (refId: string): string => `${refId}.prompt`;
export const errorKey = (refId: string): string => `${refId}.error`;
export const smallTalkKey = (refId: string): string => `small_talk.${refId}`;
export const faqKey = (refId: string): string => `faq.${refId}`;
export const eventKey = (name: string): string => `event.${name}`;

function componentMessages(definition: Definition): CatalogueMessage[] {
  return Object.values(definition.components).flatMap((component) => {
    const kind = KIND_OF_COMPONENT[component.type] ?? 'message';
    const label = Object.values(component.label)[0] ?? component.name;
    return [
      toMessage(promptKey(component.refId), label, kind, promptOf(component)),
      toMessage(errorKey(component.refId), `${label} (error)`, 'error_prompt', component.errorMessage),
    ].filter(hasContents);
  });
}

/** A question without a text asks by its label. */
const promptOf = ({ type, message, label }: ComponentDefinition): MessageEntry[] =>
  type !== 'entity' || message.length > 0
    ? message
    : Object.entries(label).map(([language, value]) => ({
        channel: 'default',
        language,
        content: { type: 'TEXT', value },
      }));

/** What a node says: its own texts, as authors override those of a component for one place, else its component's. */
export function keysOf(
  node: NodeDefinition,
  component: ComponentDefinition,
  owner: string,
): Record<'prompt' | 'error', string> {
  const place = `${owner}.${node.id}`;
  return {
    prompt: promptKey(node.message.length > 0 ? place : component.refId),
    error: errorKey(node.errorMessage.length > 0 ? place : component.refId),
  };
}

function nodeMessages({ dialogs, components }: Definition): CatalogueMessage[] {
  const owners = [...dialogs, ...Object.values(components)];
  return owners.flatMap((owner) =>
    owner.nodes.flatMap((node) => {
      const component = own(components, node.componentId);
      if (!component) return [];
      const keys = keysOf(node, component, owner.refId);
      const name = `${Object.values(component.label)[0] ?? component.name} (${owner.name})`;
      const kind = KIND_OF_COMPONENT[component.type] ?? 'message';
      return [
        ...(node.message.length > 0 ? [toMessage(keys.prompt, name, kind, node.message)] : []),
        ...(node.errorMessage.length > 0
          ? [toMessage(keys.error, `${name} (error)`, 'error_prompt', node.errorMessage)]
          : []),
      ];
    }),
  );
}

/** The standard responses: the file's text where it has one, else the default. */
function standardMessages(definition: Definition): CatalogueMessage[] {
  const changed = new Map<StandardResponse, MessageEntry[]>();
  for (const response of definition.standardResponses) {
    const name = standardResponseOf(response);
    if (name && response.message.length > 0 && !changed.has(name)) changed.set(name, response.message);
  }
  // A bot that has changed only what it says of discarding says that without a task, too.
  const discarded = changed.get('discarded');
  if (discarded && !changed.has('nothing_to_discard')) changed.set('nothing_to_discard', discarded);
  // Object.entries widens the keys of a closed record to string.
  return (Object.keys(STANDARD_RESPONSES) as StandardResponse[]).map((name) => {
    const message = toMessage(
      standardKey(name),
      STANDARD_RESPONSES[name].name,
      'standard_response',
      changed.get(name) ?? [],
    );
    for (const language of definition.languages) {
      message.contents[language] ??= [{ type: 'TEXT', value: STANDARD_RESPONSES[name].text }];
    }
    return message;
  });
}

function toMessage(key: string, name: string, kind: MessageKind, entries: readonly MessageEntry[]): CatalogueMessage {
  const message: CatalogueMessage = { key, name, kind, contents: {}, channels: [] };
  for (const { channel, language, content } of entries) {
    if (channel !== 'default') channelContents(message, channel, language).push(content);
    else message.contents[language] = [...(message.contents[language] ?? []), content];
  }
  return message;
}

function channelContents(message: CatalogueMessage, channelType: string, language: string): Content[] {
  const known = message.channels.find((entry) => entry.channelType === channelType && entry.language === language);
  if (known) return known.contents;
  const entry = { channelType, language, contents: [] };
  message.channels.push(entry);
  return entry.contents;
}

/** Merges entries that share a refId, such as one FAQ in several languages. */
function mergeInto(target: CatalogueMessage, source: CatalogueMessage): void {
  for (const [language, contents] of Object.entries(source.contents)) target.contents[language] ??= contents;
  for (const entry of source.channels) {
    const contents = channelContents(target, entry.channelType, entry.language);
    if (contents.length === 0) contents.push(...entry.contents);
  }
}

/** The file's contents in one language: those for the channel type, else those for all channels; null for none. */
export const contentsOfFile = (
  { contents, channels }: Pick<CatalogueMessage, 'contents' | 'channels'>,
  language: string,
  channelType: string,
): Content[] | null =>
  channels.find((entry) => entry.channelType === channelType && entry.language === language)?.contents ??
  own(contents, language) ??
  null;

const hasContents = (message: CatalogueMessage): boolean =>
  Object.keys(message.contents).length > 0 || message.channels.length > 0;
