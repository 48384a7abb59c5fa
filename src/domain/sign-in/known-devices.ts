import { randomUUID } from 'node:crypto';
import type { UserRecord } from '../../store/tables/users.js';
import type { Vault } from '../../store/vault.js';
import { DAY } from '../../time.js';

/** Proof of an earlier sign-in by password, kept by the browser and shown at the next one. */
export interface DeviceProof {
  text: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

const LIFE_MS = 90 * DAY;
const PURPOSE = 'known devices';

/**
 * Devices on which a user has signed in with the password before: what strangers do elsewhere does not delay them. A
 * proof holds for one user and one password, and opens nothing by itself.
 */
export function createKnownDevices(vault: Pick<Vault, 'mac' | 'verify'>) {
  return {
    /** A proof for this device, or for a new one. */
    issue(user: UserRecord, deviceId: string | null, now: number): DeviceProof {
      const id = deviceId ?? randomUUID();
      const expiresAt = now + LIFE_MS;
      return { text: `${id}.${expiresAt}.${vault.mac(signed(user, id, expiresAt), PURPOSE)}`, expiresAt };
    },

    /** The id of a device that is known for this user; null for any other. */
    recognise(user: UserRecord, proof: string, now: number): string | null {
      const [, id = '', expires = '', mac = ''] = /^([^.]+)\.(\d+)\.(.+)$/.exec(proof) ?? [];
      const expiresAt = Number(expires);
      return expiresAt > now && vault.verify(mac, signed(user, id, expiresAt), PURPOSE) ? id : null;
    },
  };
}

const signed = ({ id, passwordHash }: UserRecord, deviceId: string, expiresAt: number): string =>
  JSON.stringify([id, passwordHash, deviceId, expiresAt]);
