import { conflict, notFound } from '../../errors.js';
import type { PageRequest } from '../../store/database/page.js';
import type { ListOrder } from '../../store/tables/bot-list.js';
import { lockBot, touchBot } from '../../store/tables/bots.js';
import type { ChannelFilter } from '../../store/tables/channel-list.js';
import {
  type ChannelRecord,
  channelsOfApps,
  channelsOfBots,
  findChannel,
  findChannels,
  listChannels,
  updateChannel,
} from '../../store/tables/channels.js';
import { buryDeliveries } from '../../store/tables/deliveries.js';
import { removeOverridesOfChannel } from '../../store/tables/message-overrides.js';
import { routeRows } from '../../store/tables/routes.js';
import { may, readableBots, type Viewer } from '../access.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import type { SecretMarks } from '../secret-marks.js';
import { overlapInput, signingSecret } from '../secrets.js';
import { refuseStale } from '../stale.js';
import { reasonInput } from '../text-input.js';
import { blockersOf, type ChannelBlocker } from './blockers.js';
import type { ChannelInput, ChannelUpdate } from './channel-input.js';
import { channelMarks } from './channel-marks.js';
import { previousSigningSecretAssociatedData, signingSecretAssociatedData } from './configuration.js';
import type { DeliveryInput } from './delivery/delivery-input.js';
import { auditInheritedChannels } from './inherited-channels.js';
import { withdrawRequestOf } from './requests.js';
import { createSave, type SavedChannel } from './save.js';
import { rotatedSigningKeys } from './signing-keys.js';

/** Webhook channels of bots. */
export function createChannels(deps: DomainDeps) {
  const { database, vault } = deps;
  const save = createSave(deps);

  /** The channel, its bot's row locked to serialise changes of one bot. NOT_FOUND. */
  async function lock({ trx, viewer, allow }: Command, id: string): Promise<ChannelRecord> {
    const seen = await findChannel(trx, viewer.accountId, id);
    if (seen) allow(seen.botId, () => notFound('channel', id));
    const bot = seen && (await lockBot(trx, viewer.accountId, seen.botId));
    const channel = bot && (await findChannel(trx, viewer.accountId, id));
    if (!channel) throw notFound('channel', id);
    return channel;
  }

  return {
    list: (viewer: Viewer, request: PageRequest & ChannelFilter & { order?: ListOrder | null | undefined }) =>
      listChannels(deps.database.read, viewer.accountId, { ...request, botIds: readableBots(viewer) }),

    async get(viewer: Viewer, id: string): Promise<ChannelRecord | null> {
      readableBots(viewer);
      const channel = await findChannel(database.read, viewer.accountId, id);
      return channel && may(viewer, 'read', channel.botId) ? channel : null;
    },

    byIds: async (viewer: Viewer, ids: readonly string[]) =>
      readable(viewer, await findChannels(database.read, viewer.accountId, ids)),

    async ofBots(viewer: Viewer, botIds: readonly string[]) {
      readableBots(viewer);
      const visible = botIds.filter((id) => may(viewer, 'read', id));
      return channelsOfBots(database.read, visible);
    },

    async ofApps(viewer: Viewer, clientIds: readonly string[]) {
      const channels = await channelsOfApps(database.read, clientIds);
      return new Map([...channels].map(([clientId, all]) => [clientId, readable(viewer, all)]));
    },

    /** The blockers of each channel now. A deleted channel counts as disabled. */
    async blockers(viewer: Viewer, channels: readonly ChannelRecord[]): Promise<Map<string, ChannelBlocker[]>> {
      const rows = await routeRows(database.read, { channelIds: channels.map((channel) => channel.id) });
      const found = new Map(
        rows.filter((row) => row.account_id === viewer.accountId).map((row) => [row.id, blockersOf(row)]),
      );
      return new Map(channels.map(({ id }) => [id, found.get(id) ?? ['NOT_ENABLED']]));
    },

    /** NOT_FOUND for bot or app, BAD_USER_INPUT naming the field, CONFLICT when the name is taken. */
    create: (viewer: Viewer, input: ChannelInput): Promise<SavedChannel> =>
      runCommand(deps, viewer, 'channel.create', (command) => save.create(command, input)),

    /** Absent fields stay, null clears. Errors as of `create`, CONFLICT also when a field is not as expected. */
    update: (viewer: Viewer, input: ChannelUpdate): Promise<SavedChannel> =>
      runCommand(deps, viewer, 'channel.update', async (command) =>
        save.update(command, await lock(command, input.id), input),
      ),

    /**
     * How callbacks are sent; absent and null fields stay. It needs approval, as a new POST URL does. NOT_FOUND, BAD_USER_INPUT
     * (`settings.<field>`), CONFLICT when a field is not as expected.
     */
    setDelivery: (
      viewer: Viewer,
      id: string,
      input: DeliveryInput,
      expected: Readonly<Record<string, unknown>> = {},
    ): Promise<SavedChannel> =>
      runCommand(deps, viewer, 'channel.set-delivery-settings', async (command) =>
        save.setDelivery(command, await lock(command, id), input, expected),
      ),

    /** Stops answering at once; its name is free again, its history stays. NOT_FOUND. */
    remove: (viewer: Viewer, id: string): Promise<void> =>
      runCommand(deps, viewer, 'channel.delete', async (command) => {
        const channel = await lock(command, id);
        const { trx, now, audit, changed } = command;
        await withdrawRequestOf(command, id);
        await removeOverridesOfChannel(trx, id);
        await updateChannel(trx, id, { deletedAt: now, updatedAt: now });
        await buryDeliveries(trx, [id], now);
        await touchBot(trx, channel.botId, now);
        audit(id, { name: channel.name, botId: channel.botId });
        await auditInheritedChannels(command, channel, { deleted: true });
        changed('channel', id);
      }),

    /** Refuses messages until resumed. NOT_FOUND, BAD_USER_INPUT (`reason`), CONFLICT when it is suspended. */
    suspend: (viewer: Viewer, id: string, reason: string): Promise<ChannelRecord> =>
      runCommand(deps, viewer, 'channel.suspend', async (command) => {
        const suspendedReason = reasonInput(reason);
        const channel = await lock(command, id);
        if (channel.suspendedAt !== null) throw conflict(`The channel "${channel.name}" is suspended already.`);
        return setSuspension(command, channel, { suspendedAt: command.now, suspendedReason });
      }),

    /** NOT_FOUND, CONFLICT when it is not suspended. */
    resume: (viewer: Viewer, id: string): Promise<ChannelRecord> =>
      runCommand(deps, viewer, 'channel.resume', async (command) => {
        const channel = await lock(command, id);
        if (channel.suspendedAt === null) throw conflict(`The channel "${channel.name}" is not suspended.`);
        return setSuspension(command, channel, { suspendedAt: null, suspendedReason: null });
      }),

    /** A new secret, and key pair, to sign callbacks with; those before sign along for the overlap. NOT_FOUND, CONFLICT. */
    /** By the name of each, what changes when a secret does. */
    secretMarks: (channel: ChannelRecord): SecretMarks => channelMarks(vault, channel),

    rotateSigningSecret: (
      viewer: Viewer,
      id: string,
      { overlapSeconds, seen }: { overlapSeconds?: number | null | undefined; seen?: string | null | undefined } = {},
    ): Promise<SavedChannel> =>
      runCommand(deps, viewer, 'channel.rotate-signing-secret', async (command) => {
        const overlapMs = overlapInput(overlapSeconds);
        const channel = await lock(command, id);
        const { trx, now, audit, changed } = command;
        const current = seen === undefined ? null : channelMarks(vault, channel).signingSecret;
        await refuseStale(
          command,
          id,
          [{ field: 'signingSecret', seen, current, wanted: undefined, secret: true }],
          ({ action }) => action === 'channel.rotate-signing-secret',
        );
        const cipher = channel.signingSecretCipher;
        if (cipher === null) {
          throw conflict('This channel has no signing secret: it gets one when it is saved as ASYNC.');
        }
        const secret = signingSecret();
        const previous = vault.open(cipher, signingSecretAssociatedData(id));
        const kept = overlapMs > 0;
        const change: Partial<ChannelRecord> = {
          signingSecretCipher: vault.seal(secret, signingSecretAssociatedData(id)),
          previousSigningSecretCipher: kept ? vault.seal(previous, previousSigningSecretAssociatedData(id)) : null,
          previousSigningSecretValidUntil: kept ? now + overlapMs : null,
          signingKeyPairs: rotatedSigningKeys(vault, channel, kept ? now + overlapMs : null),
          updatedAt: now,
        };
        await updateChannel(trx, id, change);
        audit(id, { previousSecretValidUntil: change.previousSigningSecretValidUntil });
        changed('channel', id);
        const message = 'The signing secret has been replaced. It is shown this once: copy it now.';
        return { channel: { ...channel, ...change }, message, approvalRequest: null, signingSecret: secret };
      }),
  };
}

function readable(viewer: Viewer, channels: readonly ChannelRecord[]): ChannelRecord[] {
  readableBots(viewer);
  return channels.filter((channel) => may(viewer, 'read', channel.botId));
}

async function setSuspension(
  { trx, now, audit, changed }: Command,
  channel: ChannelRecord,
  change: Pick<ChannelRecord, 'suspendedAt' | 'suspendedReason'>,
): Promise<ChannelRecord> {
  await updateChannel(trx, channel.id, { ...change, updatedAt: now });
  audit(channel.id, { name: channel.name, reason: change.suspendedReason });
  changed('channel', channel.id);
  return { ...channel, ...change, updatedAt: now };
}
