import { createHash } from 'node:crypto';
import { createSigningKeyPair } from '../../outbound/signature-v1a.js';
import type { ChannelRecord, StoredKeyPair } from '../../store/tables/channels.js';
import type { AssociatedData, Vault } from '../../store/vault.js';

/** Bound to the key's id too, so that one private key does not open in the place of another. */
export const signingKeyAssociatedData = (channelId: string, kid: string): AssociatedData =>
  `channels.signing_key_pairs:${channelId}/${kid}`;

/** The key pairs of a channel: a first one once ed25519 signatures are asked for. */
export function withSigningKeys(vault: Vault, channel: ChannelRecord): StoredKeyPair[] | null {
  const { id, deliverySettings, signingKeyPairs } = channel;
  if (signingKeyPairs !== null || !deliverySettings?.signatures.includes('V1A')) return signingKeyPairs;
  return [newKeyPair(vault, id)];
}

/** A new key pair in front; the one before signs along, and its public key is shown, until then. Null stays null. */
export function rotatedSigningKeys(
  vault: Vault,
  { id, signingKeyPairs }: ChannelRecord,
  validUntil: number | null,
): StoredKeyPair[] | null {
  const current = signingKeyPairs?.find((pair) => pair.validUntil === null);
  if (!current) return signingKeyPairs;
  return [newKeyPair(vault, id), ...(validUntil === null ? [] : [{ ...current, validUntil }])];
}

function newKeyPair(vault: Vault, channelId: string): StoredKeyPair {
  const { publicKey, privateKey } = createSigningKeyPair();
  const kid = createHash('sha256').update(publicKey).digest('base64url').slice(0, KID_CHARACTERS);
  return {
    kid,
    publicKey,
    privateKeyCipher: vault.seal(privateKey, signingKeyAssociatedData(channelId, kid)),
    validUntil: null,
  };
}

const KID_CHARACTERS = 16; // 96 bits of the key's own hash
