import type { BotRecord } from '../../store/tables/bots.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import type { IntegrationMode } from '../../vocabulary.js';

interface NewChannel {
  id: string;
  bot: Pick<BotRecord, 'id' | 'accountId'>;
  name: string;
  mode: IntegrationMode;
  isDefault: boolean;
  now: number;
}

/** A placeholder: saved, without an app, refusing every message until it is configured. */
export function newChannel({ id, bot, name, mode, isDefault, now }: NewChannel): ChannelRecord {
  return {
    id,
    accountId: bot.accountId,
    botId: bot.id,
    name,
    isDefault,
    clientId: null,
    mode,
    postUrl: null,
    accessTokenCipher: null,
    enabled: false,
    enablePolling: true,
    templateEncoding: 'OBJECT',
    textForm: 'AUTO',
    burst: 'SERIAL',
    signingSecretCipher: null,
    previousSigningSecretCipher: null,
    previousSigningSecretValidUntil: null,
    signingKeyPairs: null,
    deliverySettings: null,
    deliverySecretsCipher: null,
    revision: 1,
    rejectedRevision: null,
    approvedRevision: null,
    approvedClientId: null,
    approvedMode: null,
    approvedPostUrl: null,
    approvedAccessTokenCipher: null,
    approvedDeliverySettings: null,
    approvedDeliverySecretsCipher: null,
    approvedCertificateEndsAt: null,
    approvedAt: null,
    suspendedAt: null,
    suspendedReason: null,
    inheritedFromId: null,
    fileEntry: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}
