import { groupBy } from '../../store/database/group-by.js';
import type { AlertSubscriptionRecord } from '../../store/tables/alert-subscriptions.js';
import type { AppRecord } from '../../store/tables/apps.js';
import type { BotRecord } from '../../store/tables/bots.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import type { Fault } from './faults.js';
import { keyOf } from './item.js';
import type { Names } from './items.js';
import type { Kind, SpecOf } from './schema.js';
import type { Snapshot } from './snapshot.js';
import type { Wanted } from './wanted.js';

/** Which of what there is each document stands for. */
export interface Match {
  /** Names as the documents have them. */
  names: Names;
  /** By id: what it is called until the plan is applied. */
  renamed: Map<string, string>;
  /** The key of each document, and the bot it belongs to, if that is there already. */
  keys: Map<Wanted, string>;
  faults: Fault[];
}

export const ofKind = <K extends Kind>(wanted: readonly Wanted[], kind: K): Wanted<K>[] =>
  wanted.filter((one): one is Wanted<K> => one.kind === kind);

interface Named {
  id: string;
  name: string;
}

/**
 * Finds by name, then by previous name: what has that name now, and is to be called otherwise itself, gives it up. What is called
 * the same as another cannot be told from it.
 */
function matchNames(wanted: readonly Wanted[], present: readonly Named[], faults: Fault[]): Map<Wanted, Named> {
  const byName = groupBy(present, ({ name }) => name);
  const holders = new Map<string, Wanted>();
  const matched = new Map<Wanted, Named>();
  const hold = (one: Wanted, item: Named) => {
    holders.set(item.id, one);
    matched.set(one, item);
  };
  faults.push(...circles(wanted));
  for (const one of wanted) {
    const item = find(one, one.name);
    if (item) hold(one, item);
  }
  for (const one of wanted) if (!matched.has(one) && one.previousName !== null) rename(one, new Set());
  return matched;

  function find(one: Wanted, name: string): Named | undefined {
    const [item, ...others] = byName.get(name) ?? [];
    if (!item || others.length === 0) return item;
    const ids = [item, ...others].map(({ id }) => id).join(', ');
    const message = `${others.length + 1} of this kind are named "${name}" (${ids}). Give them names of their own first.`;
    faults.push({ document: one.document, path: ['metadata', 'name'], message });
    return undefined;
  }

  /** Whether the document has what it was called before: free, or given up by its holder, which was called otherwise before, too. */
  function rename(one: Wanted, asked: Set<Wanted>): boolean {
    const item = one.previousName === null ? undefined : find(one, one.previousName);
    if (!item || asked.has(one)) return false;
    asked.add(one);
    const holder = holders.get(item.id);
    if (holder && !rename(holder, asked)) {
      const message = `documents[${holder.document}] stands for "${item.name}", too. Rename one after the other.`;
      if (asked.size === 1) faults.push({ document: one.document, path: ['metadata', 'previousName'], message });
      asked.delete(one);
      return false;
    }
    hold(one, item);
    return true;
  }
}

/** Documents whose previous names are each other's names: applied twice, they would be exchanged back. */
function circles(wanted: readonly Wanted[]): Fault[] {
  const byName = new Map(wanted.map((one) => [one.name, one]));
  return wanted.flatMap((one): Fault[] => {
    const names = [one.name];
    for (let at = one; at.previousName !== null && at.previousName !== at.name; ) {
      const next = byName.get(at.previousName);
      if (!next || names.length > wanted.length) return [];
      if (next === one) {
        const message = `The names go round in a circle (${[...names, one.name].join(' ← ')}): nobody could tell whether that is done already. Rename one to another name first, and apply that.`;
        return [{ document: one.document, path: ['metadata', 'previousName'], message }];
      }
      names.push(next.name);
      at = next;
    }
    return [];
  });
}

export function matchDocuments(wanted: readonly Wanted[], snapshot: Snapshot): Match {
  const faults: Fault[] = [];
  const renamed = new Map<string, string>();
  const names = new Map<string, string>();
  const note = (matched: Map<Wanted, Named>) => {
    for (const [{ name }, item] of matched) {
      names.set(item.id, name);
      if (item.name !== name) renamed.set(item.id, item.name);
    }
  };
  note(matchNames(ofKind(wanted, 'Alert'), snapshot.alerts, faults));
  const nameOf = ({ id, name }: Named) => names.get(id) ?? name;

  note(
    matchNames(
      ofKind(wanted, 'App'),
      snapshot.apps.map(({ clientId: id, name }) => ({ id, name })),
      faults,
    ),
  );
  note(matchNames(ofKind(wanted, 'Bot'), snapshot.bots, faults));

  const channelsOf = groupBy(snapshot.channels, ({ botId }) => botId);
  const wantedChannels = groupBy(ofKind(wanted, 'Channel'), ({ spec }) => spec.bot);
  for (const bot of snapshot.bots) {
    const channels = channelsOf.get(bot.id) ?? [];
    note(matchNames(wantedChannels.get(nameOf(bot)) ?? [], channels, faults));
  }

  const languages = new Map([
    ...snapshot.bots.map((bot) => [nameOf(bot), bot.defaultLanguage] as const),
    ...ofKind(wanted, 'Bot').flatMap(({ name, spec, prepared }) => {
      const language = spec.defaultLanguage ?? (isThere(name) ? undefined : prepared?.definition.defaultLanguage);
      return language === undefined ? [] : [[name, language] as const];
    }),
  ]);
  function isThere(name: string): boolean {
    return snapshot.bots.some((bot) => nameOf(bot) === name);
  }

  const keys = new Map(wanted.map((one) => [one, keyOfDocument(one, languages)]));
  return {
    names: {
      bot: (bot: BotRecord) => nameOf(bot),
      app: ({ clientId: id, name }: AppRecord) => nameOf({ id, name }),
      channel: (channel: ChannelRecord) => nameOf(channel),
      alert: (alert: AlertSubscriptionRecord) => nameOf(alert),
    },
    renamed,
    keys,
    faults: [...faults, ...doubled(keys)],
  };
}

/** The language of an override that names none. */
const languageOf = (spec: SpecOf<'Override'>, languages: ReadonlyMap<string, string>): string =>
  spec.language ?? languages.get(spec.bot) ?? 'en';

function keyOfDocument({ kind, name, spec }: Wanted, languages: ReadonlyMap<string, string>): string {
  if (kind === 'Account') return keyOf.Account();
  if (kind === 'App') return keyOf.App(name);
  if (kind === 'Bot') return keyOf.Bot(name);
  if (kind === 'Alert') return keyOf.Alert(name);
  if (kind === 'Roles') return keyOf.Roles((spec as SpecOf<'Roles'>).of ?? 'USER', name);
  if (kind === 'Privacy') {
    const { bot, channel = null } = spec as SpecOf<'Privacy'>;
    return keyOf.Privacy(bot, channel);
  }
  const { bot } = spec as SpecOf<'Channel' | 'Variable' | 'Override'>;
  if (kind === 'Channel') return keyOf.Channel(bot, name);
  if (kind === 'Variable') return keyOf.Variable(bot, name);
  const of = spec as SpecOf<'Override'>;
  return keyOf.Override(bot, of.channel ?? null, name, languageOf(of, languages));
}

function doubled(keys: ReadonlyMap<Wanted, string>): Fault[] {
  const first = new Map<string, Wanted>();
  return [...keys].flatMap(([one, key]): Fault[] => {
    const other = first.get(key);
    if (!other) {
      first.set(key, one);
      return [];
    }
    const message = `The ${one.kind} "${one.name}" stands in documents[${other.document}], too. Leave one out.`;
    return [{ document: one.document, path: ['metadata', 'name'], message }];
  });
}
