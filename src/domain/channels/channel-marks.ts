import type { ChannelRecord } from '../../store/tables/channels.js';
import type { Vault } from '../../store/vault.js';
import { marksOf, type SecretMarks } from '../secret-marks.js';
import { savedConfiguration, signingSecretAssociatedData } from './configuration.js';

/** The secrets of delivery settings. */
export const DELIVERY_SECRETS = ['credentials', 'headers', 'clientCertificate', 'certificateAuthority'] as const;

/** Marks of the secrets of a channel, as saved. */
export function channelMarks(vault: Vault, channel: ChannelRecord): SecretMarks {
  const { accessToken, delivery } = savedConfiguration(vault, channel);
  const { auth, ...others } = delivery.secrets;
  const { signingSecretCipher: cipher, id } = channel;
  return marksOf(vault, id, {
    accessToken,
    credentials:
      delivery.settings.auth === null && auth === null ? accessToken : [delivery.settings.auth, auth, accessToken],
    ...others,
    signingSecret: cipher && vault.open(cipher, signingSecretAssociatedData(id)),
  });
}
