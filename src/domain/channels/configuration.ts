import type { ChannelRecord } from '../../store/tables/channels.js';
import type { AssociatedData, Vault } from '../../store/vault.js';
import type { IntegrationMode } from '../../vocabulary.js';
import {
  approvedDeliverySecretsAssociatedData,
  certificateEndsAt,
  DEFAULT_DELIVERY,
  type Delivery,
  deliverySecretsAssociatedData,
  openDelivery,
  sameDelivery,
  sealDelivery,
} from './delivery/delivery.js';
import { type Changes, deliveryChanges, secretChange } from './delivery/delivery-changes.js';

/** The part of a channel that needs approval: who may call it, where its answers go, and how they are sent there. */
export interface Configuration {
  clientId: string | null;
  mode: IntegrationMode;
  postUrl: string | null;
  accessToken: string | null;
  delivery: Delivery;
}

export const accessTokenAssociatedData = (channelId: string): AssociatedData =>
  `channels.access_token_cipher:${channelId}`;
export const approvedAccessTokenAssociatedData = (channelId: string): AssociatedData =>
  `channels.approved_access_token_cipher:${channelId}`;
export const signingSecretAssociatedData = (channelId: string): AssociatedData =>
  `channels.signing_secret_cipher:${channelId}`;
export const previousSigningSecretAssociatedData = (channelId: string): AssociatedData =>
  `channels.previous_signing_secret_cipher:${channelId}`;

export function savedConfiguration(vault: Vault, channel: ChannelRecord): Configuration {
  const { id, clientId, mode, postUrl, accessTokenCipher } = channel;
  const accessToken = accessTokenCipher && vault.open(accessTokenCipher, accessTokenAssociatedData(id));
  const stored = { settings: channel.deliverySettings, cipher: channel.deliverySecretsCipher };
  const delivery = openDelivery(vault, stored, deliverySecretsAssociatedData(id));
  return { clientId, mode, postUrl, accessToken, delivery };
}

/** The configuration in force; null when none was ever approved. */
export function approvedConfiguration(vault: Vault, channel: ChannelRecord): Configuration | null {
  const { id, approvedClientId: clientId, approvedMode: mode, approvedPostUrl: postUrl } = channel;
  if (channel.approvedRevision === null || mode === null) return null;
  const cipher = channel.approvedAccessTokenCipher;
  const stored = { settings: channel.approvedDeliverySettings, cipher: channel.approvedDeliverySecretsCipher };
  return {
    clientId,
    mode,
    postUrl,
    accessToken: cipher && vault.open(cipher, approvedAccessTokenAssociatedData(id)),
    delivery: openDelivery(vault, stored, approvedDeliverySecretsAssociatedData(id)),
  };
}

export const sameConfiguration = (a: Configuration, b: Configuration): boolean =>
  a.clientId === b.clientId &&
  a.mode === b.mode &&
  a.postUrl === b.postUrl &&
  a.accessToken === b.accessToken &&
  sameDelivery(a.delivery, b.delivery);

/** The columns that put the saved configuration in force. */
export function approval(vault: Vault, channel: ChannelRecord, now: number): Partial<ChannelRecord> {
  const { clientId, mode, postUrl, accessToken, delivery } = savedConfiguration(vault, channel);
  const { settings, cipher } = sealDelivery(vault, delivery, approvedDeliverySecretsAssociatedData(channel.id));
  return {
    approvedRevision: channel.revision,
    approvedClientId: clientId,
    approvedMode: mode,
    approvedPostUrl: postUrl,
    approvedAccessTokenCipher: accessToken && vault.seal(accessToken, approvedAccessTokenAssociatedData(channel.id)),
    approvedDeliverySettings: settings,
    approvedDeliverySecretsCipher: cipher,
    approvedCertificateEndsAt: certificateEndsAt(delivery),
    approvedAt: now,
    rejectedRevision: null,
  };
}

/** The number under which a changed configuration is approved: that of the approved one where it is the same again. */
export function nextRevision(channel: ChannelRecord, isApprovedOne: boolean): number {
  const { revision, approvedRevision, rejectedRevision } = channel;
  if (isApprovedOne && approvedRevision !== null) return approvedRevision;
  return Math.max(revision, approvedRevision ?? 0, rejectedRevision ?? 0) + 1;
}

/** The row with its revision, after its configuration may have changed. */
export function withRevision(vault: Vault, before: ChannelRecord, after: ChannelRecord): ChannelRecord {
  const saved = savedConfiguration(vault, after);
  if (sameConfiguration(saved, savedConfiguration(vault, before))) return after;
  const serving = approvedConfiguration(vault, before);
  return { ...after, revision: nextRevision(before, serving !== null && sameConfiguration(saved, serving)) };
}

/** How `saved` differs from what is in force, for the admin and the audit log; secrets are named, never shown. */
export function configurationChanges(serving: Configuration | null, saved: Configuration): Changes {
  const shown = (configuration: Configuration | null) => ({
    app: configuration?.clientId ?? null,
    mode: configuration?.mode ?? null,
    postUrl: configuration?.postUrl ?? null,
  });
  const [from, to] = [shown(serving), shown(saved)];
  // Object.keys widens the keys of a closed record to string.
  const fields = (Object.keys(to) as (keyof typeof to)[]).filter((field) => from[field] !== to[field]);
  const accessToken = secretChange(serving?.accessToken ?? null, saved.accessToken);
  return {
    ...Object.fromEntries(fields.map((field) => [field, { from: from[field], to: to[field] }])),
    ...(accessToken && { accessToken }),
    ...deliveryChanges(serving ?? { delivery: DEFAULT_DELIVERY, accessToken: null }, saved),
  };
}
