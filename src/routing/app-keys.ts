import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { decryptionKeyAssociatedData, encryptionJwks, isGood } from '../domain/apps/decryption-keys.js';
import { isSecretAlgorithm } from '../domain/apps/public-key.js';
import { once } from '../once.js';
import type { StoredDecryptionKey } from '../store/tables/apps.js';
import type { AppKeyRow } from '../store/tables/routes.js';
import type { Vault } from '../store/vault.js';
import { createKeySet, type KeySetDeps } from './key-set.js';
import type { AppKeys } from './routes.js';

export interface AppKeysDeps {
  vault: Vault;
  /** The way to keys that callers publish. */
  keySets: KeySetDeps;
}

/** The keys of an app from its row. They are opened and read when a token first needs them. */
export function createAppKeys(row: AppKeyRow, { vault, keySets }: AppKeysDeps): AppKeys {
  const stored = once((): StoredDecryptionKey[] => JSON.parse(row.decryption_keys)); // written by the table's own codec
  const opened = new Map<string, KeyObject>();
  return {
    clientId: row.client_id,
    accountId: row.account_id,
    algorithm: row.algorithm,
    requireJti: Boolean(row.require_jti),
    tokenEncryption: row.token_encryption,
    keys: isSecretAlgorithm(row.algorithm) ? secretsOf(row, vault) : publicKeysOf(row, keySets),
    decryptionKey(kid, now) {
      const found = stored().find((key) => key.kid === kid && isGood(key, now));
      if (!found) return null;
      const key =
        opened.get(kid) ?? createPrivateKey(vault.open(found.privateKeyCipher, decryptionKeyAssociatedData(kid)));
      opened.set(kid, key);
      return key;
    },
    encryptionKeys: (now) => (row.token_encryption === 'NONE' ? [] : encryptionJwks(stored(), now)),
  };
}

function secretsOf(row: AppKeyRow, vault: Vault): AppKeys['keys'] {
  const open = (cipher: string, column: 'secret_cipher' | 'previous_secret_cipher') =>
    createSecretKey(Buffer.from(vault.open(cipher, `apps.${column}:${row.client_id}`)));
  const current = once(() => open(row.secret_cipher, 'secret_cipher'));
  const previous = once(() => open(row.previous_secret_cipher ?? '', 'previous_secret_cipher'));
  return (now) => {
    const { previous_secret_cipher: cipher, previous_secret_valid_until: until } = row;
    return cipher === null || until === null || until <= now ? [current()] : [current(), previous()];
  };
}

function publicKeysOf(row: AppKeyRow, keySets: KeySetDeps): AppKeys['keys'] {
  const { client_id: clientId, account_id: accountId, jwks_url: url, algorithm } = row;
  if (url !== null) {
    const set = createKeySet(keySets, { clientId, accountId, url, algorithm });
    return (_now, kid) => set.keys(kid);
  }
  const keys = once(() => (JSON.parse(row.public_keys) as string[]).map((pem) => createPublicKey(pem)));
  return () => keys();
}
