import { strToU8, unzipSync, zipSync } from 'fflate';
import { badInput } from '../../../errors.js';
import { excessOf, MAX_UPLOADED_VALUES } from '../../../json-limits.js';
import type { BotFiles } from '../../definitions.js';
import type { ImportInput } from './import.js';

/** A file that was uploaded for an import. */
export interface SentFile {
  name: string;
  bytes: Uint8Array;
}

/** What was uploaded for an import: one zip, or each file by itself. */
export type SentArchive = { zip: SentFile } | { definition: SentFile; config: SentFile; others: readonly SentFile[] };

type ImportedFiles = Pick<ImportInput, 'definition' | 'config' | 'files'>;

/** Bytes that a zip may unpack to: the largest known bots with their data tables. Beyond: BAD_USER_INPUT. */
const MAX_UNPACKED_BYTES = 60 * 1024 * 1024;
/** Levels of a bot file; real ones have about 20. Beyond: BAD_USER_INPUT. */
const MAX_LEVELS = 256;

const DEFINITION = /^(bot|app)Definition[^/]*\.json$/i;
const CONFIG = /^config[^/]*\.json$/i;
const COMPANION = /\.(json|js|csv)$/i;

/** The files of an import, parsed. BAD_USER_INPUT names the one that is not JSON, too large, or missing. */
export function filesFrom(sent: SentArchive): ImportedFiles {
  if ('zip' in sent) return filesFromZip(sent.zip);
  return {
    definition: parsed(sent.definition, 'botDefinition'),
    config: parsed(sent.config, 'configInfo'),
    files: sent.others.map(({ name, bytes }) => ({ name, content: textOf(bytes) })),
  };
}

/** BAD_USER_INPUT (`zipInfo`) for one that is damaged, too large, or holds no bot. */
function filesFromZip({ bytes }: SentFile): ImportedFiles {
  const entries = unpacked(bytes);
  const definition = entries.find(({ name }) => DEFINITION.test(name));
  if (!definition) throw badInput('zipInfo', 'The zip holds no botDefinition.json.');
  const config = entries.find(({ name }) => CONFIG.test(name));
  const others = entries.filter((entry) => entry !== definition && entry !== config);
  return {
    definition: parsed(definition, 'zipInfo'),
    config: config && parsed(config, 'zipInfo'),
    files: others.map(({ name, bytes: content }) => ({ name, content: textOf(content) })),
  };
}

function unpacked(bytes: Uint8Array): SentFile[] {
  let size = 0;
  try {
    const files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!COMPANION.test(name) || /(^|\/)(__MACOSX\/|\.)/.test(name)) return false;
        size += originalSize;
        return size <= MAX_UNPACKED_BYTES;
      },
    });
    if (size <= MAX_UNPACKED_BYTES)
      return Object.entries(files).map(([name, content]) => ({ name: name.replace(/^.*[/\\]/, ''), bytes: content }));
  } catch {
    throw badInput('zipInfo', 'The zip is damaged.');
  }
  throw badInput('zipInfo', 'The zip unpacks to more than 60 MB.');
}

/** One transparent pixel: bots of this server have no icon, and an import elsewhere asks for one. */
const ICON = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** A bot's files as the zip that the platform gives. */
export function toZip({ definition, config, files }: BotFiles): Uint8Array {
  const others = files.map(({ name, content }): [string, Uint8Array] => [name, strToU8(content)]);
  return zipSync({
    ...Object.fromEntries(others),
    'botDefinition.json': strToU8(JSON.stringify(definition)),
    'config.json': strToU8(JSON.stringify(config ?? {})),
    'icon.png': ICON,
  });
}

function parsed({ name, bytes }: SentFile, field: string): unknown {
  const text = textOf(bytes);
  const excess = excessOf(text, { levels: MAX_LEVELS, values: MAX_UPLOADED_VALUES });
  if (excess?.of === 'levels') throw badInput(field, `${name} is nested more than ${MAX_LEVELS} levels deep.`);
  if (excess) throw badInput(field, `${name} holds more than ${MAX_UPLOADED_VALUES} values.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badInput(field, `${name} is not JSON: ${cause instanceof Error ? cause.message : ''}`);
  }
}

/** UTF-8, unless it begins as UTF-16 does. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : '';
  return new TextDecoder(encoding || 'utf-8').decode(bytes);
}
