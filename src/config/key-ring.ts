import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Env } from './env.js';

/** Named 256-bit keys: the first one seals, all of them open. */
export interface KeyRing {
  keys: { id: string; key: Buffer }[];
}

const KEY_BYTES = 32;
const ENTRY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/;

/**
 * The key ring from KEY_RING or its file. A file that is not there is made, readable by its owner only, but only while
 * nothing has been sealed: otherwise a lost file would look like a fresh start. Throws an Error that says what to do.
 */
export function loadKeyRing(env: Env, anythingSealed: boolean): KeyRing {
  if (env.KEY_RING) return parseKeyRing(env.KEY_RING, 'KEY_RING');
  const file = env.KEY_RING_FILE ?? join(env.DATA_DIR, 'key-ring');
  const text = readIfThere(file);
  if (text !== null) return parseKeyRing(text, `the key ring file ${file}`);
  if (anythingSealed)
    throw new Error(
      `The key ring file ${file} is missing, and this database was sealed with it. Restore it, or set KEY_RING.`,
    );
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `k1:${randomBytes(KEY_BYTES).toString('base64')}\n`;
  writeFileSync(file, fresh, { mode: 0o600, flag: 'wx' }); // never overwrites a file made by another process meanwhile
  return parseKeyRing(fresh, file);
}

/** Throws an Error that names the entry at fault. */
export function parseKeyRing(text: string, where: string): KeyRing {
  const entries = text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const keys = entries.map((entry, index) => {
    const [, id, base64] = ENTRY.exec(entry) ?? [];
    const key = Buffer.from(base64 ?? '', 'base64');
    if (!id || key.length !== KEY_BYTES)
      throw new Error(`Entry ${index + 1} of ${where} is not "id:base64 of ${KEY_BYTES} bytes".`);
    return { id, key };
  });
  if (keys.length === 0) throw new Error(`${where} holds no key.`);
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error(`Two keys of ${where} have the same id.`);
  return { keys };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
