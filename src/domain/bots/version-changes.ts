import type { Db } from '../../store/database/database.js';
import { type BotVariableRecord, variablesOf } from '../../store/tables/bot-variables.js';
import { type BotVersionRecord, channelIdsOfVersions, findBotVersions } from '../../store/tables/bot-versions.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { type ChannelRecord, findChannels } from '../../store/tables/channels.js';
import type { OverrideSnapshot } from '../../store/tables/message-overrides.js';
import { overrideKey } from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import { differences } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import { comparedParts, type NamedChanges } from './definition-parts.js';

/** Names in a list; beyond, only their count is given. */
const MAX_NAMES = 200;

/**
 * The user-visible changes of a version compared with the live one, for the approving admin: channels, settings of the
 * engine, parts of the definition by name, variables, and what channels say instead. The first version adds everything.
 */
export async function versionChanges(
  reader: DefinitionReader,
  db: Db,
  bot: BotRecord,
  version: BotVersionRecord,
  channels: readonly ChannelRecord[],
): Promise<Record<string, unknown>> {
  const [live] = bot.liveVersionId ? await findBotVersions(db, [bot.liveVersionId]) : [];
  const before = (live && (await channelIdsOfVersions(db, [live.id])).get(live.id)) ?? [];
  const former = await findChannels(db, bot.accountId, before);
  const names = new Map([...former, ...channels].map((channel) => [channel.id, channel.name]));
  return {
    version: { from: live?.number ?? null, to: version.number },
    channels: {
      added: sorted(channels.filter((channel) => !before.includes(channel.id)).map((channel) => channel.name)),
      removed: sorted(before.filter((id) => !channels.some((one) => one.id === id)).map((id) => names.get(id) ?? id)),
    },
    settings: live ? differences(live, version, SETTINGS) : {},
    definition: await definitionChanges(reader, db, live?.definitionId ?? null, version.definitionId),
    overrides: overrideChanges(live?.overrides ?? [], version.overrides, names),
    ...variableChanges(await variablesOf(db, [bot.id]), version.variables, live === undefined),
  };
}

const sorted = (names: readonly string[]): string[] => [...names].sort((a, b) => a.localeCompare(b));

const SETTINGS = ['engine', 'engineSettings', 'defaultLanguage', 'sessionTimeoutMinutes'] as const;

async function definitionChanges(
  reader: DefinitionReader,
  db: Db,
  from: string | null,
  to: string | null,
): Promise<Record<string, NamedChanges>> {
  if (from === to) return {};
  const read = await reader.read(
    db,
    [from, to].filter((id) => id !== null),
  );
  const changes = comparedParts(from ? read.get(from)?.definition : null, to ? read.get(to)?.definition : null);
  return Object.fromEntries(Object.entries(changes).map(([kind, names]) => [kind, shortened(names)]));
}

const shortened = ({ added, changed, removed }: NamedChanges): NamedChanges => ({
  added: added.slice(0, MAX_NAMES),
  changed: changed.slice(0, MAX_NAMES),
  removed: removed.slice(0, MAX_NAMES),
});

/** Reads and parses what `versionChanges` will compare, before the transaction that writes. */
export async function prepareChanges(
  reader: DefinitionReader,
  db: Db,
  bot: BotRecord,
  definitionId: string | null,
): Promise<void> {
  const [live] = bot.liveVersionId ? await findBotVersions(db, [bot.liveVersionId]) : [];
  await definitionChanges(reader, db, live?.definitionId ?? null, definitionId);
}

interface OverrideChange {
  message: string;
  /** Null: every webhook channel. */
  channel: string | null;
  language: string;
  from: Content[] | null;
  to: Content[] | null;
}

function overrideChanges(
  before: readonly OverrideSnapshot[],
  after: readonly OverrideSnapshot[],
  names: ReadonlyMap<string, string>,
): OverrideChange[] {
  const former = new Map(before.map((override) => [overrideKey(override), override]));
  const later = new Map(after.map((override) => [overrideKey(override), override]));
  return [...new Set([...former.keys(), ...later.keys()])]
    .map((key) => ({ from: former.get(key), to: later.get(key) }))
    .filter(({ from, to }) => JSON.stringify(from?.contents) !== JSON.stringify(to?.contents))
    .slice(0, MAX_NAMES)
    .flatMap(({ from, to }) => {
      const override = to ?? from;
      if (!override) return [];
      const { messageKey: message, language, channelId } = override;
      const channel = channelId === null ? null : (names.get(channelId) ?? channelId);
      return [{ message, channel, language, from: from?.contents ?? null, to: to?.contents ?? null }];
    });
}

/** Changes of `{{env.…}}`. The first version brings all of the bot's variables. No secret is shown. */
function variableChanges(
  serving: readonly BotVariableRecord[],
  brought: readonly BotVariableRecord[],
  isFirst: boolean,
): Record<string, unknown> {
  const inForce = new Map(serving.map((variable) => [variable.key, variable]));
  const keys = new Set([...(isFirst ? inForce.keys() : []), ...brought.map((variable) => variable.key)]);
  if (keys.size === 0) return {};
  const later = new Map([...serving, ...brought].map((variable) => [variable.key, variable]));
  const changes = [...keys].slice(0, MAX_NAMES).map((variable) => ({
    variable,
    from: isFirst ? null : shownValue(inForce.get(variable)),
    to: shownValue(later.get(variable)),
  }));
  return { variables: changes };
}

const shownValue = (variable: BotVariableRecord | undefined): string | null =>
  variable?.secured ? 'a secured value' : (variable?.value ?? null);
