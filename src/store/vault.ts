import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where a sealed text belongs: bound into the seal, so that a cipher copied to another row or column does not open. */
export type AssociatedData = `${string}.${string}:${string}`; // table.column:row id

/**
 * Secrets at rest: AES-256-GCM with a fresh 96-bit nonce each time (NIST SP 800-38D). A sealed text reads
 * `v1.<key id>.<base64url of nonce, tag, cipher text>`.
 */
export interface Vault {
  seal(text: string, associatedData: AssociatedData): string;
  open(cipher: string, associatedData: AssociatedData): string;
  /** The same for bytes. */
  sealBytes(bytes: Uint8Array, associatedData: AssociatedData): string;
  openBytes(cipher: string, associatedData: AssociatedData): Buffer;
  /** HMAC-SHA256 with a key derived for this purpose alone, as `<key id>.<base64url>`: good as long as the key ring holds the key. */
  mac(text: string, purpose: string): string;
  verify(mac: string, text: string, purpose: string): boolean;
  /** The id of the key a sealed text needs. */
  keyIdOf(cipher: string): string;
  currentKeyId: string;
}

/** `keys`: named 256-bit keys; the first one seals, all of them open. */
export function createVault(keys: readonly { id: string; key: Buffer }[]): Vault {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const [current] = keys;
  if (!current) throw new Error('The key ring holds no key: set KEY_RING or KEY_RING_FILE.');
  const { id, key } = current;

  function sealBytes(bytes: Uint8Array, associatedData: AssociatedData): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(associatedData));
    const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return `v1.${id}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  function openBytes(sealed: string, associatedData: AssociatedData): Buffer {
    const [version, keyId = '', text = ''] = sealed.split('.');
    const known = byId.get(keyId);
    if (version !== 'v1' || !known)
      throw new Error(`The key ring has no key "${keyId}", which ${associatedData} was sealed with.`);
    const bytes = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv(ALGORITHM, known, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(associatedData))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  }

  return {
    currentKeyId: id,
    seal: (text, associatedData) => sealBytes(Buffer.from(text, 'utf8'), associatedData),
    open: (cipher, associatedData) => openBytes(cipher, associatedData).toString('utf8'),
    sealBytes,
    openBytes,
    mac: (text, purpose) => macWith(current, text, purpose),
    verify(mac, text, purpose) {
      const id = mac.split('.', 1)[0] ?? '';
      const key = byId.get(id);
      if (!key) return false;
      const wanted = Buffer.from(macWith({ id, key }, text, purpose));
      const given = Buffer.from(mac);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
    keyIdOf: (sealed) => sealed.split('.')[1] ?? '',
  };
}

/** A key of its own, so that what is made for one purpose proves nothing for another, and the sealing key signs nothing. */
function macWith({ id, key }: { id: string; key: Buffer }, text: string, purpose: string): string {
  const derived = createHmac('sha256', key).update(`mac for ${purpose}`).digest();
  return `${id}.${createHmac('sha256', derived).update(text).digest('base64url')}`;
}

const CHECK_TEXT = 'hookswitch';

/** True when something may have been sealed already: then a missing key ring must not be replaced by a new one. */
export async function hasSealedSecrets(db: Knex): Promise<boolean> {
  return (await db('key_checks').first('key_id')) !== undefined;
}

/** Ids of the keys that were ever in use. */
export const sealedKeyIds = (db: Knex): Promise<string[]> => db('key_checks').orderBy('key_id').pluck('key_id');

/**
 * Refuses to start with a missing or wrong key: opens the check text of every key that was ever in use, and leaves one
 * for the current key. Throws an Error that names the key.
 */
export async function checkKeyRing(db: Knex, vault: Vault, now: number): Promise<void> {
  const checks = await db<{ key_id: string; cipher: string }>('key_checks').select('key_id', 'cipher');
  for (const check of checks) {
    try {
      if (vault.open(check.cipher, checkAssociatedData(check.key_id)) === CHECK_TEXT) continue;
    } catch {
      // told below, without the crypto library's words
    }
    throw new Error(
      `The key "${check.key_id}" of the key ring is missing or not the one this database was sealed with. Restore KEY_RING or KEY_RING_FILE; nothing was changed.`,
    );
  }
  if (checks.some((check) => check.key_id === vault.currentKeyId)) return;
  await db('key_checks')
    .insert({
      key_id: vault.currentKeyId,
      cipher: vault.seal(CHECK_TEXT, checkAssociatedData(vault.currentKeyId)),
      created_at: now,
    })
    .onConflict('key_id')
    .ignore();
}

const checkAssociatedData = (keyId: string): AssociatedData => `key_checks.cipher:${keyId}`;

/** SHA-256 of a random token, hex: what is stored of API tokens. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
