import type { ReadWarning } from '../../../definition/definition.js';
import type { BotFiles, FileSecrets } from '../../definitions.js';

/** Files without credentials, and the removed texts by JSON pointer, each as a whole. */
export interface Redacted {
  files: BotFiles;
  secrets: FileSecrets;
  warnings: ReadWarning[];
}

/** Names of settings that hold credentials; matched as a whole. */
const SECRET_NAME =
  /^(x[-_])?(api[-_]?key|auth[-_]?key|subscription[-_]?key|authorization|password|passwd|pwd|secret|(client|app|consumer|shared)[-_]?secret|(access|auth|bearer|refresh|id|api)[-_]?token|private[-_]?key|secret[-_]?(access[-_]?)?key)$/i;

/** Formats of credentials that are recognised anywhere. */
const SECRET_SHAPES = [
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}/g,
  /\bxox[abps]-[A-Za-z0-9-]{10,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  // Not within a run of its own letters: each start there would read to the end of the run.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
];

/** Inside texts: the value of a header, a JSON member or a query parameter of such a name; `{{…}}` is none. */
const NAMED = `(?:x[-_])?(?:api[-_]?key|auth[-_]?key|subscription[-_]?key|authorization|password|client[-_]?secret|access[-_]?token|auth[-_]?token|api[-_]?token|appid)`;
const QUOTE = `(?:"|'|%22|%27)`;
const SPACE = String.raw`(?:\s|%20|%0A|%09)*`;
const MEMBER = new RegExp(
  `(${QUOTE}${NAMED}${QUOTE}${SPACE}(?::|%3A)${SPACE}${QUOTE}(?:(?:Bearer|Basic|Token)(?:\\s|%20)+)?)((?:(?!${QUOTE}|\\{\\{|%7B%7B).){4,})(?=${QUOTE})`,
  'gi',
);
const PARAMETER = new RegExp(`([?&]${NAMED}=)((?:(?!&|#|\\s|\\{\\{|%7B%7B|"|').){4,})`, 'gi');

const WARNING =
  'A credential stood here in clear text. It was moved to encrypted storage and will be empty in exports.';

/** Takes credentials out of a bot's files. What they said before comes back only for the engine that runs them. */
export function redact(files: BotFiles): Redacted {
  const secrets: FileSecrets = {};
  const warnings: ReadWarning[] = [];
  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === 'string') {
      const redacted = redactText(value, path);
      if (redacted !== value) {
        secrets[toPointer(path)] = value;
        warnings.push({ path: toPath(path), message: WARNING });
      }
      return redacted;
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, String(index)]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  // Variables have a place of their own for their secrets; the walk keeps every other value's type.
  const definition = walk(files.definition, ['definition']) as BotFiles['definition'];
  const { envVariables, ...config } = files.config ?? {};
  const kept = files.config && {
    ...(walk(config, ['config']) as Record<string, unknown>),
    ...(envVariables === undefined ? {} : { envVariables }),
  };
  return { files: { definition, config: kept, files: files.files }, secrets, warnings };
}

/** Whether a variable of this name holds a credential, by its name or its value. */
export const isSecretVariable = (key: string, value: string): boolean =>
  /(key|token|secret|password|passwd|pwd|credentials?)$/i.test(key) ||
  SECRET_SHAPES.some((shape) => value.search(shape) >= 0);

const SAMPLES = /^(sampleResponse|sentence|sentences|localeData|synonyms)$/; // texts of people, not settings

function redactText(text: string, path: readonly string[]): string {
  const name = path.at(-1) ?? '';
  if (
    text.length >= 4 &&
    SECRET_NAME.test(name) &&
    !text.includes('{{') &&
    !isWord(text) &&
    !path.some((step) => SAMPLES.test(step))
  ) {
    return '';
  }
  let redacted = text;
  if (text.length >= 12) {
    redacted = redacted.replace(MEMBER, '$1').replace(PARAMETER, '$1');
    for (const shape of SECRET_SHAPES) redacted = redacted.replace(shape, '');
  }
  return redacted;
}

/** `"password": "password"`: the name of a field or type, not a password. */
const isWord = (text: string): boolean =>
  /^(text|string|password|secret|token|none|null|true|false|basic|bearer|oauth)$/i.test(text);

const toPointer = (path: readonly string[]): string =>
  path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A place as warnings name it: `dialogComponents[3].script`. */
function toPath(path: readonly string[]): string {
  const [root, ...steps] = path;
  const named = root === 'config' ? ['config', ...steps] : steps;
  return named.reduce(
    (text, step) => (/^\d+$/.test(step) ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}
