import type { ChannelRecord, DeliverySettings } from '../../store/tables/channels.js';
import type { Vault } from '../../store/vault.js';
import { accessTokenAssociatedData } from '../channels/configuration.js';
import { DEFAULT_SETTINGS, deliverySecretsAssociatedData, openDelivery } from '../channels/delivery/delivery.js';
import { type Item, keyOf, titleOf } from './item.js';
import type { SpecOf } from './schema.js';

/** A channel as its document describes it. */
export function channelItem(
  channel: ChannelRecord,
  name: string,
  bot: string,
  apps: ReadonlyMap<string, string>,
  vault: Vault,
): Item<'Channel'> {
  const { id, clientId, mode, postUrl, accessTokenCipher, enabled, isDefault, enablePolling } = channel;
  const { templateEncoding, textForm, burst, deliverySettings, deliverySecretsCipher } = channel;
  return {
    kind: 'Channel',
    key: keyOf.Channel(bot, name),
    name,
    title: titleOf.ofBot(bot, name),
    id,
    spec: {
      bot,
      mode,
      app: clientId === null ? null : (apps.get(clientId) ?? null),
      postUrl,
      enabled,
      isDefault,
      enablePolling,
      templateEncoding,
      textForm,
      burst,
      delivery: { ...deliverySpec(deliverySettings ?? DEFAULT_SETTINGS), ...certificatesOf() },
    },
    ...(mode === 'SYNC' && deliverySettings === null && { blank: ['delivery'] as const }),
    seals: [accessTokenCipher, deliverySecretsCipher],
    openSecrets: () => {
      const accessToken = accessTokenCipher && vault.open(accessTokenCipher, accessTokenAssociatedData(id));
      const { settings, secrets } = opened();
      const { clientCertificate } = secrets;
      const headers = Object.entries(secrets.headers).map(([header, value]) => [`delivery.headers.${header}`, value]);
      return {
        accessToken,
        'delivery.auth.secret': settings.auth === null ? accessToken : secrets.auth,
        ...Object.fromEntries(headers),
        'delivery.clientCertificate.certificate': clientCertificate?.certificate ?? null,
        'delivery.clientCertificate.privateKey': clientCertificate?.privateKey ?? null,
        'delivery.certificateAuthority': secrets.certificateAuthority,
      };
    },
  };

  function opened() {
    const stored = { settings: deliverySettings, cipher: deliverySecretsCipher };
    return openDelivery(vault, stored, deliverySecretsAssociatedData(id));
  }

  /** Certificates are no secrets; the key is. */
  function certificatesOf(): Pick<DeliverySpec, 'clientCertificate' | 'certificateAuthority'> {
    const { clientCertificateEndsAt = null, certificateAuthorityEndsAt = null } = deliverySettings ?? {};
    if (clientCertificateEndsAt === null && certificateAuthorityEndsAt === null)
      return { clientCertificate: null, certificateAuthority: null };
    const { clientCertificate, certificateAuthority } = opened().secrets;
    return {
      clientCertificate: clientCertificate && { certificate: clientCertificate.certificate },
      certificateAuthority,
    };
  }
}

type DeliverySpec = NonNullable<SpecOf<'Channel'>['delivery']>;

/** Without the certificates, which are sealed. */
export function deliverySpec(settings: DeliverySettings): DeliverySpec {
  const { timeoutSeconds, retryWindowMinutes, maxConcurrency, maxPerSecond, onRejected, auth } = settings;
  const { kind, ...texts } = auth ?? { kind: null };
  return {
    timeoutSeconds,
    retryWindowMinutes,
    maxConcurrency,
    maxPerSecond,
    onRejected,
    auth: kind && { kind, ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) },
    headers: settings.headerNames.map((header) => ({ name: header })),
    signatures: [...settings.signatures],
  };
}
