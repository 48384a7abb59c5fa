import { errorKey, eventKey, promptKey } from '../../../definition/catalogue.js';
import { isObject, type Raw, string } from '../../../definition/json.js';
import { encodeText } from '../../../definition/text.js';
import { groupBy } from '../../../store/database/group-by.js';
import { isForEveryChannel, type OverrideSnapshot } from '../../../store/tables/message-overrides.js';
import type { Content } from '../../../vocabulary.js';
import { WEBHOOK_TYPE } from '../../../vocabulary.js';
import { EXTRAS_KEY } from './extras.js';

/** Channel type under which the file's own webhook entry is set aside; no reader looks for it. */
const REPLACED = `${EXTRAS_KEY}:${WEBHOOK_TYPE}`;

/**
 * Writes what all webhook channels say instead where other readers of such files look for it: as entries of the webhook's
 * type. They are marked, for an import here takes the overrides from the extras and these out again.
 */
export function writeTypeOverrides(definition: Raw, overrides: readonly OverrideSnapshot[]): Record<string, unknown> {
  const ofType = groupBy(overrides.filter(isForEveryChannel), (override) => override.messageKey);
  return mapMessages(definition, (key, entries) => {
    const own = ofType.get(key);
    return own ? [...entries.flatMap((entry) => giveWay(entry, own)), ...own.flatMap(toEntries)] : entries;
  });
}

/** The definition as it was before `writeTypeOverrides`. */
export function takeTypeOverrides(definition: Raw): Record<string, unknown> {
  return mapMessages(definition, (_key, entries) =>
    entries
      .filter((entry) => !isObject(entry) || entry[EXTRAS_KEY] !== true)
      .map((entry) => (isObject(entry) && entry.channel === REPLACED ? { ...entry, channel: WEBHOOK_TYPE } : entry)),
  );
}

type Change = (key: string, entries: readonly unknown[]) => readonly unknown[];

/** Changes the lists of entries of components and events, by the keys of their messages. */
function mapMessages(definition: Raw, change: Change): Record<string, unknown> {
  const changed = (owner: Raw, lists: Record<string, string>): Raw => {
    const found = Object.entries(lists).flatMap(([field, key]) => {
      const entries = owner[field];
      return Array.isArray(entries) ? [[field, change(key, entries)] as const] : [];
    });
    return { ...owner, ...Object.fromEntries(found) };
  };
  const ofComponent = (one: unknown) => {
    if (!isObject(one)) return one;
    const refId = string(one.refId);
    return changed(one, { message: promptKey(refId), errorMessage: errorKey(refId) });
  };
  const ofEvent = ([name, event]: [string, unknown]) =>
    [name, isObject(event) ? changed(event, { msg: eventKey(name) }) : event] as const;
  const { dialogComponents, botEvents } = definition;
  return {
    ...definition,
    ...(Array.isArray(dialogComponents) && { dialogComponents: dialogComponents.map(ofComponent) }),
    ...(isObject(botEvents) && { botEvents: Object.fromEntries(Object.entries(botEvents).map(ofEvent)) }),
  };
}

/** Sets the file's own webhook entry aside, except for languages that are not overridden. */
function giveWay(entry: unknown, own: readonly OverrideSnapshot[]): unknown[] {
  if (!isObject(entry) || entry.channel !== WEBHOOK_TYPE || !isObject(entry.localeData)) return [entry];
  const languages = new Set(own.map((override) => override.language));
  const others = Object.entries(entry.localeData).filter(([language]) => !languages.has(language));
  if (others.length === Object.keys(entry.localeData).length) return [entry];
  const left = { ...entry, localeData: Object.fromEntries(others), [EXTRAS_KEY]: true };
  return [{ ...entry, channel: REPLACED }, ...(others.length > 0 ? [left] : [])];
}

const toEntries = ({ language, contents }: OverrideSnapshot): Raw[] =>
  contents.map((content) => ({
    channel: WEBHOOK_TYPE,
    localeData: { [language]: toText(content) },
    [EXTRAS_KEY]: true,
  }));

function toText({ type, value }: Content): { text: string; type: string } {
  if (type === 'TEXT') return { text: encodeText(value), type: 'basic' };
  const script = type === 'SCRIPT' ? value : `print(JSON.stringify(${value}));`;
  return { text: encodeText(script), type: 'uxmap' };
}
