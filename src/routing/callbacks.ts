import { createHash, type KeyObject } from 'node:crypto';
import type { ClientCredentials } from '../dispatcher/oauth-tokens.js';
import { type CallbackTarget, DEFAULT_DELIVERY_POLICY, type DeliveryPolicy } from '../dispatcher/target.js';
import {
  approvedDeliverySecretsAssociatedData,
  type Delivery,
  type DeliverySecrets,
  openDelivery,
} from '../domain/channels/delivery/delivery.js';
import { signingKeyAssociatedData } from '../domain/channels/signing-keys.js';
import type { RequestHeaders } from '../outbound/headers.js';
import type { OutboundTls } from '../outbound/secure-contexts.js';
import { parseSigningSecret, type SigningKey } from '../outbound/signature.js';
import { parseSigningPrivateKey } from '../outbound/signature-v1a.js';
import type { DeliverySettings, StoredKeyPair } from '../store/tables/channels.js';
import type { RouteRow } from '../store/tables/routes.js';
import type { Vault } from '../store/vault.js';
import { MINUTE, SECOND } from '../time.js';

/** A callback's target as it lies in memory until somebody needs it: secrets sealed, settings unread. */
export type SealedCallback = Pick<
  RouteRow,
  | 'id'
  | 'account_id'
  | 'signing_secret_cipher'
  | 'previous_signing_secret_cipher'
  | 'previous_signing_secret_valid_until'
  | 'signing_key_pairs'
  | 'approved_access_token_cipher'
  | 'approved_delivery_settings'
  | 'approved_delivery_secrets_cipher'
> & { approved_post_url: string };

/** The callback of a channel, null while replies are held back; those of an unpublished bot are still sent. */
export function toSealed(row: RouteRow, accountId: string): SealedCallback | null {
  const held = !row.enabled || row.suspended_at !== null || row.bot_suspended_at !== null;
  if (held || row.approved_post_url === null) return null;
  return {
    id: row.id,
    account_id: accountId,
    signing_secret_cipher: row.signing_secret_cipher,
    previous_signing_secret_cipher: row.previous_signing_secret_cipher,
    previous_signing_secret_valid_until: row.previous_signing_secret_valid_until,
    signing_key_pairs: row.signing_key_pairs,
    approved_access_token_cipher: row.approved_access_token_cipher,
    approved_delivery_settings: row.approved_delivery_settings,
    approved_delivery_secrets_cipher: row.approved_delivery_secrets_cipher,
    approved_post_url: row.approved_post_url,
  };
}

export function toCallback(row: SealedCallback, vault: Vault): CallbackTarget {
  const { id } = row;
  const token = row.approved_access_token_cipher;
  const delivery = deliveryOf(row, vault);
  const { settings, secrets } = delivery;
  const { signatures } = settings;
  const accessToken = token === null ? null : vault.open(token, `channels.approved_access_token_cipher:${id}`);
  return {
    url: row.approved_post_url,
    accountId: row.account_id,
    policy: row.approved_delivery_settings === null ? DEFAULT_DELIVERY_POLICY : policyOf(settings),
    headers: { ...secrets.headers, ...authorizationOf(delivery, accessToken) },
    clientCredentials: credentialsOf(delivery),
    tls: tlsOf(secrets),
    signingKeys: signatures.includes('V1') ? secretsOf(row, vault) : () => [],
    privateSigningKeys: signatures.includes('V1A') ? privateKeysOf(row, vault) : () => [],
  };
}

function deliveryOf(row: SealedCallback, vault: Vault): Delivery {
  const { id, approved_delivery_settings: settings, approved_delivery_secrets_cipher: cipher } = row;
  const stored: DeliverySettings | null = settings === null ? null : JSON.parse(settings); // written by the table's own codec
  return openDelivery(vault, { settings: stored, cipher }, approvedDeliverySecretsAssociatedData(id));
}

const policyOf = (settings: DeliverySettings): DeliveryPolicy => ({
  timeoutMs: settings.timeoutSeconds * SECOND,
  windowMs: settings.retryWindowMinutes * MINUTE,
  maxConcurrency: settings.maxConcurrency,
  maxPerSecond: settings.maxPerSecond,
  onRejected: settings.onRejected,
});

/** The header of an authentication that is one. */
function authorizationOf({ settings: { auth }, secrets }: Delivery, accessToken: string | null): RequestHeaders {
  if (auth === null) return accessToken === null ? {} : { authorization: `Bearer ${accessToken}` };
  const secret = secrets.auth ?? '';
  if (auth.kind === 'HEADER') return { [auth.header]: secret };
  if (auth.kind !== 'BASIC') return {};
  return { authorization: `Basic ${Buffer.from(`${auth.username}:${secret}`).toString('base64')}` }; // RFC 7617, in UTF-8
}

function credentialsOf({ settings: { auth }, secrets }: Delivery): ClientCredentials | null {
  if (auth?.kind !== 'OAUTH2') return null;
  const { kind: _, ...of } = auth;
  const authority = { clientCertificate: null, certificateAuthority: secrets.certificateAuthority };
  return { ...of, clientSecret: secrets.auth ?? '', tls: tlsOf(authority) };
}

/** Equal certificates share their connections. */
function tlsOf({
  clientCertificate,
  certificateAuthority,
}: Pick<DeliverySecrets, 'clientCertificate' | 'certificateAuthority'>): OutboundTls | null {
  if (clientCertificate === null && certificateAuthority === null) return null;
  const id = createHash('sha256')
    .update(JSON.stringify([clientCertificate, certificateAuthority]))
    .digest('base64url');
  return { id, ...clientCertificate, ...(certificateAuthority !== null && { ca: certificateAuthority }) };
}

function secretsOf(row: SealedCallback, vault: Vault): CallbackTarget['signingKeys'] {
  const keyOf = (cipher: string | null, column: 'signing_secret_cipher' | 'previous_signing_secret_cipher') =>
    cipher === null ? [] : [parseSigningSecret(vault.open(cipher, `channels.${column}:${row.id}`))];
  const current: SigningKey[] = keyOf(row.signing_secret_cipher, 'signing_secret_cipher');
  const previous: SigningKey[] = keyOf(row.previous_signing_secret_cipher, 'previous_signing_secret_cipher');
  const until = row.previous_signing_secret_valid_until ?? 0;
  return (now) => (until > now ? [...current, ...previous] : current);
}

function privateKeysOf({ id, signing_key_pairs: stored }: SealedCallback, vault: Vault): (now: number) => KeyObject[] {
  const pairs: StoredKeyPair[] = stored === null ? [] : JSON.parse(stored); // written by the table's own codec
  const opened = pairs.map(({ kid, privateKeyCipher, validUntil }) => ({
    key: parseSigningPrivateKey(vault.open(privateKeyCipher, signingKeyAssociatedData(id, kid))),
    validUntil,
  }));
  return (now) => opened.flatMap(({ key, validUntil }) => (validUntil === null || validUntil > now ? [key] : []));
}
