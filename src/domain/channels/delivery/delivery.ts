import type { DeliverySettings } from '../../../store/tables/channels.js';
import type { AssociatedData, Vault } from '../../../store/vault.js';
import { DAY, MINUTE } from '../../../time.js';

/** What of the delivery settings is secret, or too long to be looked at: sealed as a whole. */
export interface DeliverySecrets {
  /** The password, value or client secret of the authentication. */
  auth: string | null;
  /** Values by name, in the order of the settings' `headerNames`. */
  headers: Readonly<Record<string, string>>;
  /** PEM. */
  clientCertificate: { certificate: string; privateKey: string } | null;
  certificateAuthority: string | null;
}

/** How the callbacks of a channel are sent. */
export interface Delivery {
  settings: DeliverySettings;
  secrets: DeliverySecrets;
}

export const DEFAULT_SETTINGS: DeliverySettings = {
  timeoutSeconds: 15,
  retryWindowMinutes: DAY / MINUTE,
  maxConcurrency: null,
  maxPerSecond: null,
  onRejected: 'DEAD_LETTER',
  auth: null,
  headerNames: [],
  clientCertificateEndsAt: null,
  certificateAuthorityEndsAt: null,
  signatures: ['V1'],
};

const NO_SECRETS: DeliverySecrets = { auth: null, headers: {}, clientCertificate: null, certificateAuthority: null };

export const DEFAULT_DELIVERY: Delivery = { settings: DEFAULT_SETTINGS, secrets: NO_SECRETS };

export const deliverySecretsAssociatedData = (channelId: string): AssociatedData =>
  `channels.delivery_secrets_cipher:${channelId}`;
export const approvedDeliverySecretsAssociatedData = (channelId: string): AssociatedData =>
  `channels.approved_delivery_secrets_cipher:${channelId}`;

/** A delivery as stored: null stands for the defaults, and for no secrets. */
export interface StoredDelivery {
  settings: DeliverySettings | null;
  cipher: string | null;
}

export function openDelivery(vault: Vault, { settings, cipher }: StoredDelivery, of: AssociatedData): Delivery {
  return {
    settings: settings ?? DEFAULT_SETTINGS,
    secrets: cipher === null ? NO_SECRETS : (JSON.parse(vault.open(cipher, of)) as DeliverySecrets), // as sealed below
  };
}

export function sealDelivery(vault: Vault, { settings, secrets }: Delivery, of: AssociatedData): StoredDelivery {
  return {
    settings: same(settings, DEFAULT_SETTINGS) ? null : settings,
    cipher: same(secrets, NO_SECRETS) ? null : vault.seal(JSON.stringify(secrets), of),
  };
}

export const sameDelivery = (a: Delivery, b: Delivery): boolean =>
  same(a.settings, b.settings) && same(a.secrets, b.secrets);

/** Both are made by `deliveryInput`, whose members always stand in one order. */
const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * What another channel may take over: everything but secrets, certificates and addresses. The authentication and headers are
 * named, and are to be filled in before the channel can be approved. Null: the defaults.
 */
export function withoutSecrets(settings: DeliverySettings | null): DeliverySettings | null {
  if (settings === null) return null;
  const { auth } = settings;
  const bare: DeliverySettings = {
    ...settings,
    auth: auth === null ? null : BARE_AUTH[auth.kind](auth),
    clientCertificateEndsAt: null,
    certificateAuthorityEndsAt: null,
  };
  return same(bare, DEFAULT_SETTINGS) ? null : bare;
}

type Auth = NonNullable<DeliverySettings['auth']>;

const BARE_AUTH: { [K in Auth['kind']]: (auth: Auth) => Auth } = {
  NONE: (auth) => auth,
  HEADER: (auth) => auth,
  BASIC: () => ({ kind: 'BASIC', username: '' }),
  OAUTH2: () => ({ kind: 'OAUTH2', tokenUrl: '', clientId: '', scope: '', audience: '' }),
};

/** When the first of the certificates ends; null: there are none. */
export function certificateEndsAt({ settings }: Delivery): number | null {
  const ends = [settings.clientCertificateEndsAt, settings.certificateAuthorityEndsAt].filter((at) => at !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}
