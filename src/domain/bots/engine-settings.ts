import type { z } from 'zod';
import { badInput } from '../../errors.js';
import { parseSigningSecret } from '../../outbound/signature.js';
import type { EngineSettings } from '../../store/tables/bots.js';
import type { AssociatedData, Vault } from '../../store/vault.js';
import type { EngineKind } from '../../vocabulary.js';
import { marksOf, type SecretMarks } from '../secret-marks.js';
import { addressKeys, ENGINE_SECRETS, ENGINE_SETTINGS, SECRET_KEYS } from './engine-kinds.js';

export const engineSecretsAssociatedData = (botId: string): AssociatedData => `bots.engine_secrets_cipher:${botId}`;

export interface StoredEngine {
  engine: EngineKind;
  engineSettings: EngineSettings | null;
  engineSecretsCipher: string | null;
}

interface EngineInput {
  engine?: EngineKind | null | undefined;
  engineSettings?: unknown;
}

/**
 * Replaces engine settings. Credentials (`apiKey`, `secret`, `token` …) go into the vault: one
 * that is absent stays, one that is null goes. BAD_USER_INPUT (`engineSettings`, or the setting in it).
 */
export function engineOf(
  vault: Vault,
  botId: string,
  before: StoredEngine,
  input: EngineInput,
  checkUrl: (url: string, field: string) => void,
): StoredEngine {
  const engine = input.engine ?? before.engine;
  const kept = engine === before.engine ? before : { ...before, engineSettings: null, engineSecretsCipher: null };
  if (input.engineSettings === undefined || input.engineSettings === null) {
    if (engine !== before.engine) checkEngineSettings(engine, {});
    return { ...kept, engine };
  }
  if (!isObject(input.engineSettings)) {
    throw badInput('engineSettings', 'engineSettings must be a JSON object, for example {"url": "https://…"}.');
  }
  checkEngineSettings(engine, input.engineSettings);
  const entries = Object.entries(input.engineSettings);
  const open = Object.fromEntries(entries.filter(([key]) => !SECRET_KEYS.has(key)));
  for (const key of addressKeys(engine)) {
    const url = open[key];
    if (url === undefined) continue;
    if (typeof url !== 'string') throw badInput(`engineSettings.${key}`, `engineSettings.${key} must be a URL.`);
    checkUrl(url, `engineSettings.${key}`);
  }
  const secrets = { ...openEngineSecrets(vault, botId, kept.engineSecretsCipher) };
  for (const [key, value] of entries.filter(([name]) => SECRET_KEYS.has(name))) {
    if (typeof value === 'string') secrets[key] = value;
    else delete secrets[key];
  }
  const cipher =
    Object.keys(secrets).length > 0 ? vault.seal(JSON.stringify(secrets), engineSecretsAssociatedData(botId)) : null;
  return { engine, engineSettings: open, engineSecretsCipher: cipher };
}

/** The credentials of a bot's engine by name. */
export function openEngineSecrets(vault: Vault, botId: string, cipher: string | null): Record<string, string> {
  return cipher === null ? {} : JSON.parse(vault.open(cipher, engineSecretsAssociatedData(botId)));
}

/** The mark of the credentials of a bot's engine, taken together. */
export const engineMarks = (
  vault: Vault,
  { id, engineSecretsCipher }: { id: string; engineSecretsCipher: string | null },
): SecretMarks => marksOf(vault, id, { engineSecrets: openEngineSecrets(vault, id, engineSecretsCipher) });

/**
 * Whether an engine of this kind can run with these settings, credentials among them. Pure; whether its URLs may be
 * called is the guard's to say. BAD_USER_INPUT names the first setting that is wrong.
 */
export function checkEngineSettings(engine: EngineKind, settings: Readonly<Record<string, unknown>>): void {
  const schema: z.ZodType = ENGINE_SETTINGS[engine];
  const entries = Object.entries(settings);
  for (const [key, value] of entries.filter(([name]) => SECRET_KEYS.has(name))) checkSecret(engine, key, value);
  const result = schema.safeParse(Object.fromEntries(entries.filter(([key]) => !SECRET_KEYS.has(key))));
  if (result.success) return;
  const [issue] = result.error.issues;
  if (!issue) return;
  if (issue.code === 'unrecognized_keys') throw unknownSetting(engine, issue.keys[0] ?? '');
  const field = ['engineSettings', ...issue.path].join('.');
  if (issue.path[0] === 'url' && settings.url === undefined) {
    throw badInput(field, `An engine of kind ${engine} lives elsewhere: give engineSettings with its "url".`);
  }
  throw badInput(field, `${field}: ${issue.message}.`);
}

function checkSecret(engine: EngineKind, key: string, value: unknown): void {
  if (engine === 'DIALOG') return;
  if (!ENGINE_SECRETS[engine].includes(key)) throw unknownSetting(engine, key);
  const field = `engineSettings.${key}`;
  if (value === null) return;
  if (typeof value !== 'string' || value === '') throw badInput(field, `${field} must be text that is not empty.`);
  if (/[^\x21-\x7e]/.test(value)) throw badInput(field, `${field} must not contain blanks or characters beyond ASCII.`);
  if (key === 'secret' && value.startsWith('whsec_')) checkSigningSecret(value, field);
}

function checkSigningSecret(value: string, field: string): void {
  try {
    parseSigningSecret(value);
  } catch (error) {
    throw badInput(field, `${field}: ${error instanceof Error ? error.message : 'it is not a signing secret.'}`);
  }
}

function unknownSetting(engine: EngineKind, key: string): Error {
  const known = [...Object.keys(ENGINE_SETTINGS[engine].shape), ...ENGINE_SECRETS[engine]];
  const field = `engineSettings.${key}`;
  return badInput(field, `"${key}" is not a setting of an engine of kind ${engine}. It has: ${known.join(', ')}.`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
