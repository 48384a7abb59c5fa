import type { ChannelRecord } from '../../store/tables/channels.js';
import type { Vault } from '../../store/vault.js';
import type { Command } from '../command.js';
import type { SecretMarks } from '../secret-marks.js';
import { namesField, refuseStale } from '../stale.js';
import { type ChannelUpdate, columnOf, SHOWN_SETTINGS, type ShownSetting } from './channel-input.js';
import { channelMarks, DELIVERY_SECRETS } from './channel-marks.js';
import type { DeliveryInput } from './delivery/delivery-input.js';
import { shownDelivery } from './delivery/shown-delivery.js';

/** CONFLICT for delivery settings that somebody has changed meanwhile. Fields are compared as they are shown, secrets by their marks. */
export function refuseStaleDelivery(
  command: Command,
  before: ChannelRecord,
  input: DeliveryInput,
  expected: Readonly<Record<string, unknown>>,
  marks: SecretMarks,
): Promise<void> {
  const shown = shownDelivery(before.deliverySettings, before.accessTokenCipher !== null);
  const plain = new Map(Object.entries(input).filter(([, value]) => typeof value !== 'object'));
  const fields = Object.entries(shown).map(([field, current]) => ({
    ...{ field, current, seen: expected[field], wanted: plain.get(field) },
  }));
  const secrets = DELIVERY_SECRETS.map((field) => ({
    ...{ field, current: marks[field], seen: expected[field], wanted: undefined, secret: true },
  }));
  return refuseStale(
    command,
    before.id,
    [...fields, ...secrets],
    ({ action }) => action === 'channel.set-delivery-settings' || action === 'channel.update',
  );
}

/** CONFLICT for settings of a channel that somebody has changed meanwhile; see `ChannelUpdate.expected`. */
export function refuseStaleSettings(
  command: Command,
  vault: Vault,
  before: ChannelRecord,
  input: ChannelUpdate,
): Promise<void> {
  const seen = input.expected?.accessToken;
  const accessToken = {
    ...{ field: 'accessToken', seen, wanted: undefined, secret: true },
    current: seen === undefined ? null : channelMarks(vault, before).accessToken,
  };
  const fields = SHOWN_SETTINGS.map((field) => ({
    ...{ field, seen: input.expected?.[field], wanted: input[field] },
    current: before[columnOf(field)],
  }));
  return refuseStale(
    command,
    before.id,
    [...fields, accessToken],
    namesField((field) => columnOf(field as ShownSetting)),
  ); // one of SHOWN_SETTINGS
}
