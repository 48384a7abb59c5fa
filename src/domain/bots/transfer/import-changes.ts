import type { Definition } from '../../../definition/definition.js';
import type { Db } from '../../../store/database/database.js';
import { type BotVariableRecord, variablesOf, waitingVariablesOf } from '../../../store/tables/bot-variables.js';
import type { BotRecord } from '../../../store/tables/bots.js';
import { type ChannelRecord, channelsOfBots } from '../../../store/tables/channels.js';
import { type MessageOverrideRecord, overrideKey, overridesOfBots } from '../../../store/tables/message-overrides.js';
import { differences } from '../../command.js';
import type { BotFiles } from '../../definitions.js';
import { comparedParts } from '../definition-parts.js';
import { asSaved } from '../variables.js';

type Fields = Record<string, { from: unknown; to: unknown } | 'changed'>;

/** Something that an import makes, changes or removes. */
export interface ImportChange {
  action: 'CREATE' | 'UPDATE' | 'DELETE' | 'PUBLISH';
  kind: string;
  name: string;
  /** By field: {from, to}, or "changed" for a secret. */
  fields: Fields | null;
  warnings: string[];
}

/** What an import may change of a bot. */
export interface BotState {
  bot: BotRecord | null;
  definition: Definition | null;
  files: BotFiles['files'];
  channels: readonly ChannelRecord[];
  variables: readonly BotVariableRecord[];
  overrides: readonly MessageOverrideRecord[];
}

export const NOTHING: BotState = { bot: null, definition: null, files: [], channels: [], variables: [], overrides: [] };

/** The channels, variables and overrides of a bot. */
export async function partsOfBot(db: Db, id: string): Promise<Pick<BotState, 'channels' | 'variables' | 'overrides'>> {
  return {
    channels: (await channelsOfBots(db, [id])).get(id) ?? [],
    variables: asSaved(await variablesOf(db, [id]), await waitingVariablesOf(db, [id])),
    overrides: await overridesOfBots(db, [id]),
  };
}

/** How the parts of a definition are called, one of them. */
const PART_KINDS: Record<string, string> = {
  dialogs: 'Dialog',
  components: 'Component',
  faqs: 'FAQ',
  smallTalk: 'SmallTalk',
  events: 'Event',
  forms: 'Form',
  standardResponses: 'StandardResponse',
  languages: 'Language',
};

const SETTINGS = ['description', 'defaultLanguage', 'sessionTimeoutMinutes', 'engine', 'engineSettings'] as const;

/** What is different after an import; `appName` names an app by its client id. */
export function importChanges(
  before: BotState,
  after: BotState,
  appName: (clientId: string) => string,
): ImportChange[] {
  const channels = new Map([...before.channels, ...after.channels].map(({ id, name }) => [id, name]));
  const overrideName = ({ messageKey, channelId, language }: MessageOverrideRecord) =>
    `${channelId === null ? '*' : channels.get(channelId)}/${messageKey} (${language})`;
  return [
    ...botChange(before.bot, after.bot),
    ...Object.entries(comparedParts(before.definition, after.definition)).flatMap(
      ([part, { added, changed, removed }]) => {
        const kind = PART_KINDS[part] ?? part;
        return [
          ...added.map((name) => change('CREATE', kind, name)),
          ...changed.map((name) => change('UPDATE', kind, name)),
          ...removed.map((name) => change('DELETE', kind, name)),
        ];
      },
    ),
    ...compared('File', before.files, after.files, { key: ({ name }) => name, facts: ({ content }) => ({ content }) }),
    ...compared('Variable', before.variables, after.variables, {
      key: ({ key }) => key,
      facts: variableFacts,
      secret: 'value',
    }),
    ...compared('Channel', before.channels, after.channels, {
      key: ({ name }) => name,
      facts: (channel) => channelFacts(channel, appName),
      secret: 'accessToken',
    }),
    ...compared<MessageOverrideRecord>('Override', before.overrides, after.overrides, {
      key: overrideKey,
      name: overrideName,
      facts: ({ contents }) => ({ contents }),
    }),
  ];
}

const change = (
  action: ImportChange['action'],
  kind: string,
  name: string,
  fields: Fields | null = null,
): ImportChange => ({ action, kind, name, fields, warnings: [] });

function botChange(before: BotRecord | null, after: BotRecord | null): ImportChange[] {
  if (after === null) return [];
  if (before === null) return [change('CREATE', 'Bot', after.name)];
  const fields = differences(before, after, SETTINGS);
  const isSecretKept = before.engineSecretsCipher === after.engineSecretsCipher;
  const all: Fields = { ...fields, ...(!isSecretKept && { credentials: 'changed' as const }) };
  return Object.keys(all).length === 0 ? [] : [change('UPDATE', 'Bot', after.name, all)];
}

interface Reading<T> {
  key(item: T): string;
  /** The key, when left out. */
  name?(item: T): string;
  facts(item: T): Facts;
  /** The field that holds the secret. */
  secret?: string;
}

/** What is compared; of a secret its cipher. */
interface Facts {
  [field: string]: unknown;
  secret?: string | null;
}

const NO_FACTS: Facts = {};

function compared<T>(kind: string, before: readonly T[], after: readonly T[], of: Reading<T>): ImportChange[] {
  const { key, name = key, facts, secret: secretField = 'secret' } = of;
  const [from, to] = [before, after].map((items) => new Map(items.map((item) => [key(item), item])));
  return [...new Set([...(from?.keys() ?? []), ...(to?.keys() ?? [])])].flatMap((one): ImportChange[] => {
    const [was, is] = [from?.get(one), to?.get(one)];
    if (is === undefined) return was === undefined ? [] : [change('DELETE', kind, name(was))];
    const { secret: wasSecret = null, ...wasOpen } = was ? facts(was) : NO_FACTS;
    const { secret = null, ...open } = facts(is);
    const fields: Fields = {
      ...differences<Record<string, unknown>>(wasOpen, open, Object.keys(open)),
      ...(wasSecret !== secret && { [secretField]: 'changed' as const }),
    };
    if (was === undefined) return [change('CREATE', kind, name(is), shown(kind, fields))];
    return Object.keys(fields).length === 0 ? [] : [change('UPDATE', kind, name(is), shown(kind, fields))];
  });
}

/** Files may be long: a plan says that they are others. */
const shown = (kind: string, fields: Fields): Fields | null => (kind === 'File' ? null : fields);

const variableFacts = ({ value, valueCipher, secured }: BotVariableRecord): Facts => ({
  secured,
  ...(!secured && { value: value ?? '' }),
  secret: valueCipher,
});

function channelFacts(channel: ChannelRecord, appName: (clientId: string) => string): Facts {
  const { mode, enabled, clientId, postUrl, enablePolling, accessTokenCipher } = channel;
  const app = clientId === null ? null : appName(clientId);
  return { mode, enabled, app, postUrl, enablePolling, secret: accessTokenCipher };
}
