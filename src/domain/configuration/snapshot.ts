import type { Db } from '../../store/database/database.js';
import { groupBy } from '../../store/database/group-by.js';
import { type AccountRecord, claimAccount, findAccount } from '../../store/tables/accounts.js';
import { type AlertSubscriptionRecord, listAlertSubscriptions } from '../../store/tables/alert-subscriptions.js';
import { pendingPublishesOf } from '../../store/tables/approval-requests.js';
import { type AppRecord, appsOfAccount } from '../../store/tables/apps.js';
import { type BotRoleRecord, botRolesOf } from '../../store/tables/bot-roles.js';
import { type BotVariableRecord, variablesOf, waitingVariablesOf } from '../../store/tables/bot-variables.js';
import { channelIdsOfVersions, findBotVersions } from '../../store/tables/bot-versions.js';
import { type BotRecord, botsOfAccount } from '../../store/tables/bots.js';
import { type ChannelRecord, channelsOfBots } from '../../store/tables/channels.js';
import { type DefinitionRecord, findDefinitions } from '../../store/tables/definitions.js';
import { type MessageOverrideRecord, overridesOfBots } from '../../store/tables/message-overrides.js';
import { type PrivacySettings, privacyOf } from '../../store/tables/privacy.js';
import { listScimGroups, type ScimGroupRecord } from '../../store/tables/scim-groups.js';
import { listUsers, type UserRecord } from '../../store/tables/users.js';
import { may, type Viewer } from '../access.js';
import { actsAtOnce, asSaved } from '../bots/variables.js';

/** What a version, live or waiting to be, was made of. */
interface Published {
  revision: number;
  channelIds: readonly string[];
}

/** Everything of an account that configuration documents speak of. */
export interface Snapshot {
  account: AccountRecord;
  apps: AppRecord[];
  bots: BotRecord[];
  channels: ChannelRecord[];
  variables: BotVariableRecord[];
  overrides: MessageOverrideRecord[];
  definitions: Map<string, DefinitionRecord>;
  /** By bot id: what waits for approval, else what is live. */
  published: Map<string, Published>;
  /** Bots whose variables stay while they are live: the viewer could not have a publish without them approved. */
  keepsVariables: Set<string>;
  /** By the ids of bots and channels; those with none are left out. */
  privacy: Map<string, PrivacySettings>;
  /** Whether the viewer may lift them. */
  liftsPrivacy: boolean;
  /** None for who may not read them. */
  alerts: AlertSubscriptionRecord[];
  /** None for who may not read the whole account. */
  users: UserRecord[];
  groups: ScimGroupRecord[];
  /** By user id. */
  botRoles: Map<string, BotRoleRecord[]>;
}

interface Scope {
  viewer: Viewer;
  /** The only bots that are looked at; null: all. */
  botIds: readonly string[] | null;
  /** Whose definitions are read, which may be long. */
  wantsDefinition(bot: BotRecord): boolean;
  /** Holds account, apps and bots until the transaction ends: whoever changes them or what belongs to them takes turns. */
  lock?: boolean;
}

export async function readSnapshot(
  db: Db,
  { viewer, botIds, wantsDefinition, lock = false }: Scope,
): Promise<Snapshot> {
  const { accountId } = viewer;
  if (lock) await claimAccount(db, accountId);
  const account = await findAccount(db, accountId);
  if (!account) throw new Error('the account of a viewer is gone');
  const bots = await botsOfAccount(db, accountId, botIds, lock);
  const ids = bots.map((bot) => bot.id);
  const apps = await appsOfAccount(db, accountId, botIds, lock);
  const channels = [...(await channelsOfBots(db, ids)).values()].flat();
  const serving = groupBy(await variablesOf(db, ids), (variable) => variable.botId);
  const waiting = groupBy(await waitingVariablesOf(db, ids), (variable) => variable.botId);
  const definitionIds = bots.filter(wantsDefinition).flatMap((bot) => bot.definitionId ?? []);
  const definitions = await findDefinitions(db, definitionIds);
  const pending = await pendingPublishesOf(db, ids);
  const isPending = new Set(pending.map(({ botId }) => botId));
  const channelIds = channels.map((channel) => channel.id);
  const users = may(viewer, 'read') ? await listUsers(db, accountId) : [];
  const userIds = users.map((user) => user.id);
  return {
    account,
    apps,
    bots,
    channels,
    variables: ids.flatMap((id) => asSaved(serving.get(id) ?? [], waiting.get(id) ?? [])),
    overrides: await overridesOfBots(db, ids),
    definitions: new Map(definitions.map((one) => [one.id, one])),
    published: await publishedOf(db, bots, pending),
    keepsVariables: new Set(
      bots.flatMap((bot) => (actsAtOnce(viewer, bot, { account, isPending: isPending.has(bot.id) }) ? [] : [bot.id])),
    ),
    privacy: new Map([
      ...(await privacyOf(db, 'bots', accountId, ids)),
      ...(await privacyOf(db, 'channels', accountId, channelIds)),
    ]),
    liftsPrivacy: may(viewer, 'privacy.update'),
    alerts: may(viewer, 'alert.read') ? await listAlertSubscriptions(db, accountId) : [],
    users,
    groups: may(viewer, 'read') ? await listScimGroups(db, accountId) : [],
    botRoles: await botRolesOf(db, userIds),
  };
}

async function publishedOf(
  db: Db,
  bots: readonly BotRecord[],
  pending: Awaited<ReturnType<typeof pendingPublishesOf>>,
): Promise<Map<string, Published>> {
  const latest = new Map(bots.map((bot) => [bot.id, bot.liveVersionId]));
  for (const { botId, versionId } of pending) latest.set(botId, versionId);
  const versionIds = [...latest.values()].filter((id) => id !== null);
  const versions = new Map((await findBotVersions(db, versionIds)).map((version) => [version.id, version]));
  const channelIds = await channelIdsOfVersions(db, versionIds);
  return new Map(
    [...latest].flatMap(([botId, versionId]) => {
      const version = versionId === null ? undefined : versions.get(versionId);
      if (!version) return [];
      return [[botId, { revision: version.botRevision, channelIds: channelIds.get(version.id) ?? [] }] as const];
    }),
  );
}
