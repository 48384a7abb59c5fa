import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';

/** What an export holds, ready for the `importBot` mutation. */
export interface BotFiles {
  definition: unknown;
  config: unknown;
  /** Other JSON files of the export, such as data tables. */
  files: { name: string; content: string }[];
}

const DEFINITION = /(bot|app)Definition[^/]*\.json$/i;
const CONFIG = /(^|\/)config\.json$/i;
const TABLE = /^tableDefinition.*\.json$/i;
/** What macOS adds to a zip. */
const OF_THE_SYSTEM = /(^|\/)(__MACOSX\/|\._)/;

/** Reads an export: a zip, or a `botDefinition.json` (or `appDefinition.json`) with what belongs to it beside it. */
export async function readBotFiles(path: string): Promise<BotFiles> {
  const bytes = await readFile(path);
  const isZip = bytes.subarray(0, 2).toString('latin1') === 'PK';
  return isZip ? fromZip(path, bytes) : fromFolder(path, bytes.toString('utf8'));
}

function fromZip(path: string, bytes: Uint8Array): BotFiles {
  const entries = Object.entries(
    unzipSync(bytes, { filter: ({ name }) => name.endsWith('.json') && !OF_THE_SYSTEM.test(name) }),
  ).map(([name, content]) => ({ name, content: strFromU8(content) }));
  const definition = entries.find(({ name }) => DEFINITION.test(name));
  if (!definition) throw new Error(`${path} holds no botDefinition.json or appDefinition.json.`);
  const config = entries.find(({ name }) => CONFIG.test(name));
  return {
    definition: parse(definition.name, definition.content),
    config: config ? parse(config.name, config.content) : null,
    files: entries
      .filter((entry) => entry !== definition && entry !== config)
      .map(({ name, content }) => ({ name: basename(name), content })),
  };
}

async function fromFolder(path: string, text: string): Promise<BotFiles> {
  const folder = dirname(path);
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const names = await readdir(folder);
  const tables = names.filter((name) => TABLE.test(name)).sort();
  return {
    definition: parse(path, text),
    config: names.includes('config.json') ? parse(join(folder, 'config.json'), await read('config.json')) : null,
    files: await Promise.all(tables.map(async (name) => ({ name, content: await read(name) }))),
  };
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new Error(`${name} is not JSON: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}
