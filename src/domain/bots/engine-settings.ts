import { badInput } from '../../errors.js';
import type { EngineKind, EngineSettings } from '../../store/bots.js';
import type { Place, Vault } from '../../store/vault.js';

/** What is a credential in an engine's settings, of whatever kind: sealed, and never shown again. */
const SECRET_KEYS = new Set(['secret', 'apiKey', 'token', 'accessToken', 'password', 'appPassword']);
const URL_KEYS = ['url', 'baseUrl', 'endpoint'];
/** An engine elsewhere needs to know where. */
const NEEDS_URL: ReadonlySet<EngineKind> = new Set<EngineKind>(['HTTP', 'RASA', 'OPENAI', 'BOT_FRAMEWORK']);

export const engineSecretsPlace = (botId: string): Place => `bots.engine_secrets_cipher:${botId}`;

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
 * Puts new engine settings in the place of the old. Credentials (`apiKey`, `secret`, `token` …) go into the vault: one
 * that is absent stays, one that is null goes. BAD_USER_INPUT (`engineSettings`).
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
    if (engine !== before.engine) assertComplete(engine, kept.engineSettings);
    return { ...kept, engine };
  }
  if (!isObject(input.engineSettings)) {
    throw badInput('engineSettings', 'engineSettings must be a JSON object, for example {"url": "https://…"}.');
  }
  const entries = Object.entries(input.engineSettings);
  const open = Object.fromEntries(entries.filter(([key]) => !SECRET_KEYS.has(key)));
  for (const key of URL_KEYS) {
    const url = open[key];
    if (url === undefined) continue;
    if (typeof url !== 'string') throw badInput(`engineSettings.${key}`, `engineSettings.${key} must be a URL.`);
    checkUrl(url, `engineSettings.${key}`);
  }
  assertComplete(engine, open);
  const secrets = { ...openEngineSecrets(vault, botId, kept.engineSecretsCipher) };
  for (const [key, value] of entries.filter(([name]) => SECRET_KEYS.has(name))) {
    if (value === null) delete secrets[key];
    else if (typeof value === 'string') secrets[key] = value;
    else throw badInput(`engineSettings.${key}`, `engineSettings.${key} must be text.`);
  }
  const cipher =
    Object.keys(secrets).length > 0 ? vault.seal(JSON.stringify(secrets), engineSecretsPlace(botId)) : null;
  return { engine, engineSettings: open, engineSecretsCipher: cipher };
}

/** The credentials of a bot's engine by name. */
export function openEngineSecrets(vault: Vault, botId: string, cipher: string | null): Record<string, string> {
  return cipher === null ? {} : JSON.parse(vault.open(cipher, engineSecretsPlace(botId)));
}

function assertComplete(engine: EngineKind, settings: EngineSettings | null): void {
  if (!NEEDS_URL.has(engine) || URL_KEYS.some((key) => typeof settings?.[key] === 'string')) return;
  throw badInput('engineSettings', `An engine of kind ${engine} lives elsewhere: give engineSettings with its "url".`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
