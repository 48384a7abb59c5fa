import type { ChannelRecord } from '../../../store/tables/channels.js';
import type { Vault } from '../../../store/vault.js';
import { deliverySecretsAssociatedData, openDelivery, sealDelivery } from './delivery.js';
import { assertHeadersFit } from './delivery-input.js';

/** The columns after an access token was given: it authenticates, whatever did before. BAD_USER_INPUT (`accessToken`). */
export function byAccessToken(
  vault: Vault,
  { id, deliverySettings, deliverySecretsCipher }: ChannelRecord,
): Partial<ChannelRecord> {
  if (deliverySettings === null) return {};
  assertHeadersFit({ ...deliverySettings, auth: null }, true, () => 'accessToken');
  if (deliverySettings.auth === null) return {};
  const of = deliverySecretsAssociatedData(id);
  const { settings, secrets } = openDelivery(vault, { settings: deliverySettings, cipher: deliverySecretsCipher }, of);
  const stored = sealDelivery(
    vault,
    { settings: { ...settings, auth: null }, secrets: { ...secrets, auth: null } },
    of,
  );
  return { deliverySettings: stored.settings, deliverySecretsCipher: stored.cipher };
}
