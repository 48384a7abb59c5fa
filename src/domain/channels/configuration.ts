import { badInput } from '../../errors.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import type { AssociatedData, Vault } from '../../store/vault.js';
import type { IntegrationMode } from '../../vocabulary.js';

/** The part of a channel that needs approval: who may call it, and where its answers go. */
export interface Configuration {
  clientId: string | null;
  mode: IntegrationMode;
  postUrl: string | null;
  accessToken: string | null;
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
  const { clientId, mode, postUrl, accessTokenCipher } = channel;
  const accessToken = accessTokenCipher && vault.open(accessTokenCipher, accessTokenAssociatedData(channel.id));
  return { clientId, mode, postUrl, accessToken };
}

/** The configuration in force; null when none was ever approved. */
export function approvedConfiguration(vault: Vault, channel: ChannelRecord): Configuration | null {
  const { approvedClientId: clientId, approvedMode: mode, approvedPostUrl: postUrl } = channel;
  if (channel.approvedRevision === null || mode === null) return null;
  const cipher = channel.approvedAccessTokenCipher;
  return {
    clientId,
    mode,
    postUrl,
    accessToken: cipher && vault.open(cipher, approvedAccessTokenAssociatedData(channel.id)),
  };
}

export const sameConfiguration = (a: Configuration, b: Configuration): boolean =>
  a.clientId === b.clientId && a.mode === b.mode && a.postUrl === b.postUrl && a.accessToken === b.accessToken;

/** The columns that put the saved configuration in force. */
export function approval(vault: Vault, channel: ChannelRecord, now: number): Partial<ChannelRecord> {
  const { clientId, mode, postUrl, accessToken } = savedConfiguration(vault, channel);
  return {
    approvedRevision: channel.revision,
    approvedClientId: clientId,
    approvedMode: mode,
    approvedPostUrl: postUrl,
    approvedAccessTokenCipher: accessToken && vault.seal(accessToken, approvedAccessTokenAssociatedData(channel.id)),
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

/** How `saved` differs from what is in force, for the admin and the audit log; tokens are named, never shown. */
export function configurationChanges(
  serving: Configuration | null,
  saved: Configuration,
): Record<string, { from: unknown; to: unknown }> {
  const shown = (configuration: Configuration | null) => ({
    app: configuration?.clientId ?? null,
    mode: configuration?.mode ?? null,
    postUrl: configuration?.postUrl ?? null,
    accessToken: configuration?.accessToken ? 'set' : null,
  });
  const [from, to] = [shown(serving), shown(saved)];
  // Object.keys widens the keys of a closed record to string.
  const fields = (Object.keys(to) as (keyof typeof to)[]).filter((field) => from[field] !== to[field]);
  const changes: Record<string, { from: unknown; to: unknown }> = Object.fromEntries(
    fields.map((field) => [field, { from: from[field], to: to[field] }]),
  );
  if (serving?.accessToken && saved.accessToken && serving.accessToken !== saved.accessToken) {
    changes.accessToken = { from: 'set', to: 'another one' };
  }
  return changes;
}

const MAX_TOKEN = 4096;
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** An access token as it will stand behind `Bearer`. BAD_USER_INPUT (`accessToken`). */
export function accessTokenInput(value: string): string {
  if (value.length > MAX_TOKEN || !HEADER_SAFE.test(value)) {
    throw badInput(
      'accessToken',
      `The access token is sent in a header: up to ${MAX_TOKEN} visible ASCII characters, no blanks. Leave it out to send none.`,
    );
  }
  return value;
}
