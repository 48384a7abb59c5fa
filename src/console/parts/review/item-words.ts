import type { ReviewChange, ReviewPart } from '../../api/.generated/graphql';
import { AUTH_KINDS } from '../auth-kinds';
import { ENGINES } from '../engine-settings';
import { idTail } from '../id-tail';
import { sentence } from '../sentence';
import type { Label } from '../words';
import type { Item, Problem } from './review-query';

/** The parts of a review in the order in which they are read. */
export const PARTS: Record<ReviewPart, string> = {
  CONFIGURATION: 'Configuration',
  CHANNELS: 'Channels',
  SETTINGS: 'Settings of the bot',
  VARIABLE: 'Variables',
  OVERRIDE: 'Overrides',
  MESSAGE: 'Messages',
  SCRIPT: 'Scripts',
  DIALOG: 'Dialogs',
  NODE: 'Nodes',
  KNOWLEDGE: 'Questions and small talk',
  OTHER: 'Other parts of the file',
};

export const CHANGES: Record<ReviewChange, Label> = {
  ADDED: { text: 'Added', color: 'green' },
  CHANGED: { text: 'Changed', color: 'blue' },
  REMOVED: { text: 'Removed', color: 'red' },
};

/** "retryWindowMinutes" → "Retry window minutes" */
export function nameOf({ part, name }: Pick<Item, 'part' | 'name'>): string {
  if (part !== 'CONFIGURATION' && part !== 'SETTINGS') return name;
  return name.split('.').map(sentence).join(': ');
}

/** Values of settings that the API names by a constant. */
const VALUES: Record<string, Record<string, string>> = {
  mode: { SYNC: 'Synchronous', ASYNC: 'Asynchronous' },
  onRejected: { DEAD_LETTER: 'It is a dead letter at once', RETRY: 'It is tried again' },
  auth: AUTH_KINDS,
  engine: ENGINES,
};
const CLIENT_ID = /cs-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** A value as one reads it: "ASYNC" → "Asynchronous", and of the id of an app its end. */
export function shownValue({ part, name }: Pick<Item, 'part' | 'name'>, value: string): string {
  if (part !== 'CONFIGURATION' && part !== 'SETTINGS') return value;
  return VALUES[name]?.[value] ?? (name === 'app' ? value.replaceAll(CLIENT_ID, idTail) : value);
}

/** Where and for whom: "prompt · Front desk · en". */
export function placeOf({ part, kind, channel, channelType, language }: Item): string {
  const whom =
    channel ??
    (channelType === 'webhook' ? 'all webhook channels' : channelType ? `channels of type ${channelType}` : null);
  const isSaid = part === 'OVERRIDE' || part === 'MESSAGE';
  return [kind?.replaceAll('_', ' '), whom ?? (isSaid ? 'all channels' : null), language].filter(Boolean).join(' · ');
}

/** What is wrong with this very item. */
export function problemsOf(item: Item, problems: readonly Problem[]): Problem[] {
  if (item.part === 'SCRIPT') {
    return problems.filter(({ messageKey, name }) => messageKey === null && name === item.name);
  }
  if (item.part !== 'OVERRIDE' && item.part !== 'MESSAGE') return [];
  const [key, scope, language] = idOf(item.anchor);
  return problems.filter(
    (problem) =>
      problem.messageKey === key &&
      problem.language === language &&
      problem.channelId === (item.part === 'OVERRIDE' ? scope : null),
  );
}

/** An anchor is the part and the JSON of what names it there. */
function idOf(anchor: string): unknown[] {
  const id: unknown = JSON.parse(anchor.slice(anchor.indexOf(' ') + 1));
  return Array.isArray(id) ? id : [];
}
