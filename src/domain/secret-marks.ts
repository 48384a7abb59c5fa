import { isDeepStrictEqual } from 'node:util';
import type { Vault } from '../store/vault.js';

/** By the name of each secret, what changes when it does, and says nothing else about it; null where there is none. */
export type SecretMarks = Record<string, string | null>;

/** `subject`: whose secrets they are, so that equal ones of two have nothing in common. */
export const marksOf = (
  vault: Pick<Vault, 'mac'>,
  subject: string,
  secrets: Readonly<Record<string, unknown>>,
): SecretMarks =>
  Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [
      name,
      secret === null || isDeepStrictEqual(secret, {})
        ? null
        : vault.mac(JSON.stringify([subject, name, secret]), 'marks of secrets'),
    ]),
  );
