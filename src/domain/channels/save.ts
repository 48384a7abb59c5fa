import { badInput, conflict, notFound } from '../../errors.js';
import { channelId } from '../../ids.js';
import type { ApprovalRequestRecord } from '../../store/tables/approval-requests.js';
import { findApp, lockApp } from '../../store/tables/apps.js';
import { touchBot } from '../../store/tables/bots.js';
import {
  botsThatEverHadChannels,
  type ChannelRecord,
  channelsOfBots,
  insertChannels,
  updateChannel,
} from '../../store/tables/channels.js';
import { visibleBots } from '../access.js';
import { lockExisting } from '../bots/lock-existing.js';
import { type Command, type DomainDeps, differences } from '../command.js';
import { signingSecret } from '../secrets.js';
import { nameInput } from '../text-input.js';
import { accessTokenInput } from './access-token.js';
import { isComplete } from './blockers.js';
import {
  type ChannelInput,
  type ChannelSettings,
  type ChannelUpdate,
  columnOf,
  SHOWN_SETTINGS,
} from './channel-input.js';
import { channelMarks } from './channel-marks.js';
import {
  accessTokenAssociatedData,
  configurationChanges,
  savedConfiguration,
  signingSecretAssociatedData,
  withRevision,
} from './configuration.js';
import { byAccessToken } from './delivery/by-access-token.js';
import { deliverySecretsAssociatedData, sealDelivery } from './delivery/delivery.js';
import { assertDeliveryComplete, type DeliveryInput, deliveryInput } from './delivery/delivery-input.js';
import { auditInheritedChannels } from './inherited-channels.js';
import { newChannel } from './new-channel.js';
import { askForApproval } from './requests.js';
import { saveMessage } from './save-message.js';
import { withSigningKeys } from './signing-keys.js';
import { refuseStaleDelivery, refuseStaleSettings } from './stale-channel.js';

/** A saved channel, a message for the user, and secrets that are shown this once. */
export interface SavedChannel {
  channel: ChannelRecord;
  message: string;
  approvalRequest: ApprovalRequestRecord | null;
  signingSecret: string | null;
}

const NEVER_NULL = ['name', 'mode', 'enabled', 'enablePolling', 'templateEncoding', 'textForm', 'burst'] as const;

const AUDITED = [...SHOWN_SETTINGS.map(columnOf), 'isDefault'] as const;

/** Saves channels: settings act at once, the configuration is submitted for approval. */
export function createSave({ vault, checkPostUrl }: DomainDeps) {
  return {
    async create(command: Command, input: ChannelInput): Promise<SavedChannel> {
      const { trx, now } = command;
      const bot = await lockExisting(command, input.botId);
      // The plain URL is given once, to the bot's first channel; later it only moves where somebody moves it.
      const isDefault = input.isDefault ?? !(await botsThatEverHadChannels(trx, [bot.id])).has(bot.id);
      // Lists show channels in the order of their making, also of those made within a millisecond.
      const siblings = (await channelsOfBots(trx, [bot.id])).get(bot.id) ?? [];
      const createdAt = Math.max(now, ...siblings.map((sibling) => sibling.createdAt + 1));
      const { name, mode } = input;
      const blank = newChannel({ id: channelId(), bot, name, mode, isDefault, now: createdAt });
      const filled = { ...blank, ...(await settingsOf(command, blank, input)) };
      const { secret, ...secrets } = withSigningSecret(filled);
      const channel = { ...filled, ...secrets };
      if (input.isDefault) await moveDefault(command, channel, true);
      await insertChannels(trx, [channel]);
      await touchBot(trx, bot.id, now);
      command.audit(channel.id, { botId: bot.id, ...differences({ ...blank, name: '' }, channel, AUDITED) });
      return conclude(command, channel, secret, channel.enabled);
    },

    async update(command: Command, before: ChannelRecord, input: ChannelUpdate): Promise<SavedChannel> {
      const { trx, now } = command;
      const empty = NEVER_NULL.find((field) => input[field] === null);
      if (empty) throw badInput(empty, `${empty} cannot be empty. Leave it out to keep what it is.`);
      await refuseStaleSettings(command, vault, before, input);
      const settings = await settingsOf(command, before, input);
      const filled = withRevision(vault, before, { ...before, ...settings, updatedAt: now });
      if (typeof input.isDefault === 'boolean' && input.isDefault !== before.isDefault) {
        await moveDefault(command, before, input.isDefault);
        filled.isDefault = input.isDefault;
      }
      const { secret, ...secrets } = withSigningSecret(filled);
      const channel = { ...filled, ...secrets };
      await updateChannel(trx, channel.id, channel);
      const token = before.accessTokenCipher === channel.accessTokenCipher ? {} : { accessToken: 'changed' };
      const details = { ...differences(before, channel, AUDITED), ...token };
      command.audit(channel.id, details);
      await auditInheritedChannels(command, before, details);
      return conclude(command, channel, secret, channel.enabled && !before.enabled);
    },

    async setDelivery(
      command: Command,
      before: ChannelRecord,
      input: DeliveryInput,
      expected: Readonly<Record<string, unknown>>,
    ): Promise<SavedChannel> {
      const { trx, now } = command;
      await refuseStaleDelivery(command, before, input, expected, channelMarks(vault, before));
      const was = savedConfiguration(vault, before);
      const { delivery, accessToken } = deliveryInput(was, input, { checkUrl: checkPostUrl, now });
      const { settings, cipher } = sealDelivery(vault, delivery, deliverySecretsAssociatedData(before.id));
      const filled = withRevision(vault, before, {
        ...before,
        deliverySettings: settings,
        deliverySecretsCipher: cipher,
        accessTokenCipher:
          accessToken === was.accessToken ? before.accessTokenCipher : sealToken(before.id, accessToken),
        updatedAt: now,
      });
      const channel = { ...filled, signingKeyPairs: withSigningKeys(vault, filled) };
      await updateChannel(trx, channel.id, channel);
      const changes = configurationChanges(was, savedConfiguration(vault, channel));
      command.audit(channel.id, changes);
      await auditInheritedChannels(command, before, changes);
      return conclude(command, channel, null, false);
    },
  };

  async function conclude(
    command: Command,
    channel: ChannelRecord,
    secret: string | null,
    turnedOn: boolean,
  ): Promise<SavedChannel> {
    command.changed('channel', channel.id);
    if (isComplete(channel)) assertDeliveryComplete(savedConfiguration(vault, channel).delivery);
    const asked = await askForApproval(command, vault, channel, turnedOn);
    const message = saveMessage(asked.channel, asked.request);
    return { channel: asked.channel, message, approvalRequest: asked.request, signingSecret: secret };
  }

  async function settingsOf(
    command: Command,
    before: ChannelRecord,
    input: ChannelSettings,
  ): Promise<Partial<ChannelRecord>> {
    const { postUrl, accessToken, appClientId } = input;
    if (typeof appClientId === 'string') await lockVisibleApp(command, appClientId);
    if (typeof postUrl === 'string') checkPostUrl(postUrl, 'postUrl');
    const name = typeof input.name === 'string' ? nameInput(input.name) : before.name;
    await assertNameFree(command, before, name);
    return {
      name,
      clientId: appClientId === undefined ? before.clientId : appClientId,
      mode: input.mode ?? before.mode,
      postUrl: postUrl === undefined ? before.postUrl : postUrl,
      accessTokenCipher: accessToken === undefined ? before.accessTokenCipher : sealToken(before.id, accessToken),
      ...(typeof accessToken === 'string' && byAccessToken(vault, before)),
      enabled: input.enabled ?? before.enabled,
      enablePolling: input.enablePolling ?? before.enablePolling,
      templateEncoding: input.templateEncoding ?? before.templateEncoding,
      textForm: input.textForm ?? before.textForm,
      burst: input.burst ?? before.burst,
    };
  }

  function sealToken(id: string, token: string | null): string | null {
    return token === null ? null : vault.seal(accessTokenInput(token), accessTokenAssociatedData(id));
  }

  /** An ASYNC channel signs its callbacks from its first save on. */
  function withSigningSecret(
    channel: ChannelRecord,
  ): Pick<ChannelRecord, 'signingSecretCipher' | 'signingKeyPairs'> & { secret: string | null } {
    const { id, mode, signingSecretCipher } = channel;
    const signingKeyPairs = withSigningKeys(vault, channel); // of settings that it took over
    if (mode !== 'ASYNC' || signingSecretCipher !== null) return { secret: null, signingSecretCipher, signingKeyPairs };
    const secret = signingSecret();
    return {
      secret,
      signingSecretCipher: vault.seal(secret, signingSecretAssociatedData(id)),
      signingKeyPairs,
    };
  }
}

async function assertNameFree({ trx }: Command, channel: ChannelRecord, name: string): Promise<void> {
  const siblings = (await channelsOfBots(trx, [channel.botId])).get(channel.botId) ?? [];
  if (siblings.some((sibling) => sibling.id !== channel.id && sibling.name === name)) {
    throw conflict(`The bot has another channel named "${name}". Names are unique per bot: choose another.`, {
      field: 'name',
    });
  }
}

async function moveDefault({ trx, now, changed }: Command, channel: ChannelRecord, isDefault: boolean): Promise<void> {
  if (!isDefault) {
    throw badInput('isDefault', 'The plain URL is not taken from a channel but given to another: set isDefault there.');
  }
  const siblings = (await channelsOfBots(trx, [channel.botId])).get(channel.botId) ?? [];
  for (const sibling of siblings.filter((one) => one.isDefault)) {
    await updateChannel(trx, sibling.id, { isDefault: false, updatedAt: now });
    changed('channel', sibling.id);
  }
}

/** NOT_FOUND also for an app that the viewer does not see: whoever names its id by chance learns nothing of it. */
async function lockVisibleApp({ trx, viewer }: Command, clientId: string): Promise<void> {
  const visible = await findApp(trx, viewer.accountId, clientId, visibleBots(viewer));
  if (!visible || !(await lockApp(trx, viewer.accountId, clientId))) throw notFound('app', clientId);
}
