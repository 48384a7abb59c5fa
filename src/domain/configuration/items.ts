import type { AlertSubscriptionRecord } from '../../store/tables/alert-subscriptions.js';
import type { AppRecord } from '../../store/tables/apps.js';
import type { BotVariableRecord } from '../../store/tables/bot-variables.js';
import type { BotRecord } from '../../store/tables/bots.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import { isForEveryChannel, type MessageOverrideRecord } from '../../store/tables/message-overrides.js';
import type { Vault } from '../../store/vault.js';
import { appSecretAssociatedData } from '../apps/apps.js';
import { isSecretAlgorithm } from '../apps/public-key.js';
import { openEngineSecrets } from '../bots/engine-settings.js';
import { withoutPlaces } from '../bots/transfer/import.js';
import { variableAssociatedData } from '../bots/variables.js';
import { filesOf } from '../definitions.js';
import { alertItem, privacyItems, rolesItems } from './account-items.js';
import { channelItem } from './channel-item.js';
import { type Item, keyOf, NO_SECRETS, titleOf } from './item.js';
import type { SpecOf } from './schema.js';
import type { Snapshot } from './snapshot.js';

/** The names by which documents refer to things, by id: their own, or those they are being given. */
export interface Names {
  bot(bot: BotRecord): string;
  app(app: AppRecord): string;
  channel(channel: ChannelRecord): string;
  alert(alert: AlertSubscriptionRecord): string;
}

const OWN_NAMES: Names = {
  bot: ({ name }) => name,
  app: ({ name }) => name,
  channel: ({ name }) => name,
  alert: ({ name }) => name,
};

export const ACCOUNT_NAME = 'account';

/** Everything there is, in the order in which it is exported. */
export function itemsOf(snapshot: Snapshot, vault: Vault, names: Names = OWN_NAMES): Item[] {
  const bots = new Map(snapshot.bots.map((bot) => [bot.id, names.bot(bot)]));
  const apps = new Map(snapshot.apps.map((app) => [app.clientId, names.app(app)]));
  const channels = new Map(snapshot.channels.map((channel) => [channel.id, names.channel(channel)]));
  const botOf = ({ botId }: { botId: string }) => bots.get(botId) ?? botId;
  return [
    accountItem(snapshot),
    ...byTitle(snapshot.apps.map((app) => appItem(app, names.app(app), vault))),
    ...byTitle(snapshot.bots.map((bot) => botItem(bot, names.bot(bot), bots, snapshot, vault))),
    ...byTitle(
      snapshot.channels.map((channel) => channelItem(channel, names.channel(channel), botOf(channel), apps, vault)),
    ),
    ...byTitle(snapshot.variables.map((variable) => variableItem(variable, botOf(variable), vault))),
    ...byTitle(
      snapshot.overrides.flatMap((override) => {
        const channel = isForEveryChannel(override) ? null : channels.get(override.channelId ?? '');
        return channel === undefined ? [] : [overrideItem(override, botOf(override), channel)];
      }),
    ),
    ...byTitle(privacyItems(snapshot, botOf, channels)),
    ...byTitle(snapshot.alerts.map((alert) => alertItem(alert, names.alert(alert), vault))),
    ...byTitle(rolesItems(snapshot, bots)),
  ];
}

function byTitle(items: Item[]): Item[] {
  return items.sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : a.id < b.id ? -1 : 1));
}

function accountItem({ account }: Snapshot): Item<'Account'> {
  const { id, fourEyes, autoApprove, retentionDays, publishCondition } = account;
  const spec = { fourEyes, autoApprove: [...autoApprove].sort(), retentionDays, publishCondition };
  const key = keyOf.Account();
  return {
    kind: 'Account',
    key,
    name: ACCOUNT_NAME,
    title: ACCOUNT_NAME,
    id,
    spec,
    seals: [],
    openSecrets: NO_SECRETS,
  };
}

function appItem(app: AppRecord, name: string, vault: Vault): Item<'App'> {
  const { clientId, algorithm, requireJti, publicKeys, jwksUrl, tokenEncryption, secretCipher } = app;
  return {
    kind: 'App',
    key: keyOf.App(name),
    name,
    title: name,
    id: clientId,
    spec: {
      algorithm,
      requireJti,
      ...(!isSecretAlgorithm(algorithm) && { publicKeys, jwksUrl }),
      tokenEncryption,
    },
    seals: [secretCipher],
    openSecrets: () => ({ clientSecret: vault.open(secretCipher, appSecretAssociatedData(clientId)) }),
  };
}

function botItem(
  bot: BotRecord,
  name: string,
  bots: ReadonlyMap<string, string>,
  { definitions }: Snapshot,
  vault: Vault,
): Item<'Bot'> {
  const { id, kind, parentId, description, engine, engineSettings, engineSecretsCipher } = bot;
  const { defaultLanguage, sessionTimeoutMinutes } = bot;
  const isOwn = (flag: boolean) => kind === 'STANDARD' || flag;
  const record = bot.definitionId === null ? undefined : definitions.get(bot.definitionId);
  const parent = parentId === null ? undefined : bots.get(parentId);
  return {
    kind: 'Bot',
    key: keyOf.Bot(name),
    name,
    title: name,
    id,
    spec: {
      ...(parent !== undefined && { parent }),
      description,
      ...(isOwn(bot.ownSettings) && { defaultLanguage, sessionTimeoutMinutes }),
      ...(isOwn(bot.ownEngine) && {
        engine,
        engineSettings: (engineSettings ?? {}) as NonNullable<SpecOf<'Bot'>['engineSettings']>, // JSON, as stored
      }),
      ...(isOwn(bot.ownDefinition) && record && { definition: withoutPlaces(filesOf(record)) }),
    },
    seals: [engineSecretsCipher, bot.definitionId],
    openSecrets: () => {
      const secrets = openEngineSecrets(vault, id, engineSecretsCipher);
      return Object.fromEntries(Object.entries(secrets).map(([key, value]) => [`engineSettings.${key}`, value]));
    },
  };
}

function variableItem(
  { botId, key, secured, value, valueCipher }: BotVariableRecord,
  bot: string,
  vault: Vault,
): Item<'Variable'> {
  return {
    kind: 'Variable',
    key: keyOf.Variable(bot, key),
    name: key,
    title: titleOf.ofBot(bot, key),
    id: `${botId}/${key}`,
    spec: { bot, ...(secured ? {} : { value: value ?? '' }), secured },
    seals: [valueCipher],
    openSecrets: () => ({
      value: valueCipher === null ? '' : vault.open(valueCipher, variableAssociatedData(botId, key)),
    }),
  };
}

function overrideItem(override: MessageOverrideRecord, bot: string, channel: string | null): Item<'Override'> {
  const { id, messageKey, language, contents } = override;
  return {
    kind: 'Override',
    key: keyOf.Override(bot, channel, messageKey, language),
    name: messageKey,
    title: titleOf.override(bot, channel, messageKey, language),
    id,
    spec: { bot, channel, language, contents: contents.map(({ type, value }) => ({ type, value })) },
    seals: [],
    openSecrets: NO_SECRETS,
  };
}
