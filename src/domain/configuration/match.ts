import { groupBy } from '../../store/database/group-by.js';
import type { AppRecord } from '../../store/tables/apps.js';
import type { BotRecord } from '../../store/tables/bots.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import type { Wanted } from './documents.js';
import type { Fault } from './faults.js';
import { keyOf, type Names } from './items.js';
import type { Kind, SpecOf } from './schema.js';
import type { Snapshot } from './snapshot.js';

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

/** Finds by name, then by previous name. What is called the same as another cannot be told from it. */
function matchNames(wanted: readonly Wanted[], present: readonly Named[], faults: Fault[]): Map<Wanted, Named> {
  const byName = groupBy(present, ({ name }) => name);
  const claimed = new Map<string, Wanted>();
  const matched = new Map<Wanted, Named>();
  for (const one of wanted) {
    const named = byName.get(one.name) ?? [];
    const found = named.length > 0 || one.previousName === null ? named : (byName.get(one.previousName) ?? []);
    const [item] = found;
    if (!item) continue;
    if (found.length > 1) {
      const ids = found.map(({ id }) => id).join(', ');
      const message = `${found.length} of this kind are named "${item.name}" (${ids}). Give them names of their own first.`;
      faults.push({ document: one.document, path: ['metadata', 'name'], message });
      continue;
    }
    const other = claimed.get(item.id);
    if (other && other.name !== one.name) {
      const message = `documents[${other.document}] stands for "${item.name}", too. Rename one after the other.`;
      faults.push({ document: one.document, path: ['metadata', 'previousName'], message });
    }
    claimed.set(item.id, one);
    matched.set(one, item);
  }
  return matched;
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
