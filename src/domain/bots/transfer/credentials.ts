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
  /\bsk-[A-Za-z0-9_-]{20,}[\w.~+/=-]*/g,
  /\bAKIA[0-9A-Z]{16}\b[\w.~+/=-]*/g,
  /\bAIza[0-9A-Za-z_-]{35}[\w.~+/=-]*/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}[\w.~+/=-]*/g,
  /\bxox[abps]-[A-Za-z0-9-]{10,}[\w.~+/=-]*/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}[\w.~+/=-]*/g,
  // Not within a run of its own letters: each start there would read to the end of the run.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}[\w.~+/=-]*/g,
];

/** Inside texts: the value of a header, a member, an assignment or a query parameter of such a name; `{{…}}` is none. */
const NAMED = `(?:x[-_])?(?:api[-_]?key|auth[-_]?key|subscription[-_]?key|authorization|password|client[-_]?secret|access[-_]?token|auth[-_]?token|api[-_]?token|appid)`;
/** As it stands, percent-encoded, or escaped within other texts. */
const QUOTE = String.raw`(?:\\|%5C)*(?:"|'|${'`'}|%22|%27|%60)`;
const SPACE = String.raw`(?:\s|%20|%0A|%09)*`;
/** What may stand before a credential, and is none itself. */
const SCHEME = String.raw`(?:Bearer|Basic|Token)(?:\s|%20)+`;
/** Not within a run of its own: each start there would read to the end of the run. */
const QUOTED_NAME = String.raw`(?<!\\|%5C)(?<inner>${QUOTE})${NAMED}\k<inner>`;
const MEMBER = new RegExp(
  `${QUOTED_NAME}${SPACE}(?:(?:\\]|%5D)${SPACE}(?:=|%3D)|:|%3A)${SPACE}(?<quote>${QUOTE})(?:${SCHEME})?`,
  'gi',
);
/** Without quotes around the name, or as arguments of a call: texts of several words are no credentials. */
const ASSIGNED = new RegExp(
  `(?:(?<![\\w-])${NAMED}${SPACE}(?:=(?!=)|%3D(?!%3D)|:|%3A)|${QUOTED_NAME}${SPACE}(?:,|%2C)(?=${SPACE}${QUOTE}${SCHEME}))${SPACE}(?<quote>${QUOTE})(?:${SCHEME})?`,
  'gi',
);
const BLANK = /\s|%20|\$\{|%24%7B/i;
const PARAMETER = new RegExp(
  `((?:[?&]|%3F|%26)${NAMED}(?:=|%3D))((?:(?!&|#|\\s|\\{\\{|%7B%7B|["'\`]|%2[0-367]|%60|%0A).){4,})`,
  'gi',
);

/** Characters from which a text counts as a credential. */
const MIN_LENGTH = 4;

const withoutMembers = (text: string): string =>
  withoutValues(withoutValues(text, MEMBER, isScheme), ASSIGNED, (value) => BLANK.test(value));

/** Takes out the values that begin where a pattern ends, up to the quote that began them, whatever other quotes they have. */
function withoutValues(text: string, heads: RegExp, keeps: (value: string) => boolean): string {
  let result = '';
  let at = 0;
  for (const head of text.matchAll(heads)) {
    const start = head.index + head[0].length;
    if (head.index < at) continue;
    const end = endOf(text, start, head.groups?.quote ?? '');
    const value = end === null ? '' : text.slice(start, end);
    if (end === null || value.length < MIN_LENGTH || /\{\{|%7B%7B/i.test(value) || keeps(value)) continue;
    result += text.slice(at, start);
    at = end;
  }
  return result + text.slice(at);
}

/**
 * The place of the quote that ends a text, with the backslashes that are its own; null for none on this line. Within texts that
 * are escaped n times over, a quote has k = 2ⁿ - 1 of them, and one that belongs to the value as many again.
 */
function endOf(text: string, start: number, quote: string): number | null {
  const escapes = new RegExp(ESCAPE, 'gi');
  const own = quote.match(escapes)?.length ?? 0;
  const bare = quote.replace(escapes, '');
  const candidates = new RegExp(String.raw`\n|(?<run>(?<!\\|%5C)(?:\\|%5C)*)${bare}`, 'gi');
  candidates.lastIndex = start;
  for (let found = candidates.exec(text); found; found = candidates.exec(text)) {
    if (found[0] === '\n') return null;
    const run = (found.groups?.run ?? '').match(escapes) ?? [];
    if (run.length % (2 * (own + 1)) !== own) continue;
    return found.index + found[0].length - bare.length - run.slice(run.length - own).join('').length;
  }
  return null;
}

const ESCAPE = String.raw`\\|%5C`;

/** `Basic `: what stands before a credential that is not there. */
const isScheme = (text: string): boolean => /^(?:bearer|basic|token)(?:\s|%20)*$/i.test(text);

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
    text.length >= MIN_LENGTH &&
    SECRET_NAME.test(name) &&
    !text.includes('{{') &&
    !isWord(text) &&
    !isScheme(text) &&
    !path.some((step) => SAMPLES.test(step))
  ) {
    return '';
  }
  let redacted = text;
  if (text.length >= 12) {
    redacted = withoutMembers(redacted).replace(PARAMETER, '$1');
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
