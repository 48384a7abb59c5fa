import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

/** The files of an export, as input of the `importBot` mutation. */
export interface BotFiles {
  definition: unknown;
  config: unknown;
  /** Other files of the export, such as data tables and scripts. */
  files: { name: string; content: string }[];
}

interface Entry {
  /** Its path within the export, with `/` between folders. */
  path: string;
  bytes: number;
  read(): Promise<Uint8Array> | Uint8Array;
}

/** Known file names, with the suffix of a repeated browser download: `config (1).json`. */
const DEFINITION = /^(bot|app)Definition[^/]*\.json$/i;
const CONFIG = /^config( ?\(\d+\))?\.json$/i;
const TABLE = /^tableDefinition[^/]*\.json$/i;
const COMPANION = /\.(json|js|csv)$/i;
const SCRIPT = /\.js$/i;
/** Files of functions that are taken along from beside a single definition; other scripts there may belong to something else. */
const FUNCTIONS = /functions?[^/]*\.js$/i;
/** Files that macOS adds to a zip. */
const OF_THE_SYSTEM = /(^|\/)(__MACOSX\/|\.)/;

/**
 * Reads an export: a zip, the folder it was unpacked to, or a `botDefinition.json` (or `appDefinition.json`) with what
 * belongs to it beside it. Throws an Error that names what is missing.
 */
export async function readBotFiles(path: string): Promise<BotFiles> {
  if ((await stat(path)).isDirectory()) return fromEntries(path, await entriesOf(path), () => true);
  const bytes = await readFile(path);
  const isZip = bytes.subarray(0, 2).toString('latin1') === 'PK';
  if (isZip) return fromEntries(path, unzip(path, bytes), () => true);
  // The folder may hold anything else besides.
  const entries = await entriesOf(dirname(path));
  const definition = { path: basename(path), bytes: bytes.length, read: () => bytes };
  return fromEntries(path, [definition, ...entries], (name) => TABLE.test(name) || FUNCTIONS.test(name), definition);
}

/** The functions of a bot: a `.js` file, or all of a folder. Throws an Error where there are none. */
export async function readFunctions(path: string): Promise<BotFiles['files']> {
  const entries = (await stat(path)).isDirectory()
    ? (await entriesOf(path)).filter(({ path: name }) => SCRIPT.test(name))
    : [{ path: basename(path), bytes: (await stat(path)).size, read: () => readFile(path) }];
  if (entries.length === 0) throw new Error(`${path} holds no .js files with functions.`);
  const other = entries.find(({ path: name }) => !SCRIPT.test(name));
  if (other) throw new Error(`${path} is no .js file. Functions of a bot are JavaScript.`);
  assertSize(path, entries);
  return Promise.all(
    entries.map(async (entry) => ({ name: basename(entry.path), content: textOf(await entry.read()) })),
  );
}

async function fromEntries(
  path: string,
  entries: readonly Entry[],
  isCompanion: (name: string) => boolean,
  given?: Entry,
): Promise<BotFiles> {
  const named = (pattern: RegExp) => entries.filter((entry) => pattern.test(basename(entry.path)));
  const definition = given ?? named(DEFINITION)[0];
  if (!definition) throw new Error(`${path} holds no botDefinition.json or appDefinition.json.`);
  const folder = dirname(definition.path);
  const config = named(CONFIG).find((entry) => dirname(entry.path) === folder && entry !== definition);
  const others = new Map(
    entries
      .filter((entry) => entry !== definition && entry !== config && basename(entry.path) !== basename(path))
      .filter((entry) => folder === '.' || entry.path.startsWith(`${folder}/`))
      .map((entry) => [basename(entry.path), entry] as const)
      .filter(([name]) => COMPANION.test(name) && isCompanion(name) && !DEFINITION.test(name) && !CONFIG.test(name)),
  );
  assertSize(path, [definition, ...(config ? [config] : []), ...others.values()]);
  return {
    definition: parse(definition.path, textOf(await definition.read())),
    config: config ? parse(config.path, textOf(await config.read())) : null,
    files: await Promise.all(
      [...others].sort().map(async ([name, entry]) => ({ name, content: textOf(await entry.read()) })),
    ),
  };
}

async function entriesOf(folder: string): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const wanted = found.filter(({ name }) => COMPANION.test(name) && !OF_THE_SYSTEM.test(name));
  return Promise.all(
    wanted
      .filter((entry) => entry.isFile())
      .map(async ({ name }) => {
        const file = join(folder, name);
        return { path: name, bytes: (await stat(file)).size, read: () => readFile(file) };
      }),
  );
}

/** Bytes the files of an export may have together, unpacked, as many as the server takes; more is refused unread. */
const MAX_BYTES = 60 * 1024 * 1024;

/** Some archives of Windows have `\` between folders. */
function unzip(path: string, bytes: Uint8Array): Entry[] {
  const plain = (name: string) => name.replaceAll('\\', '/');
  let unpacked = 0;
  try {
    const wanted = (name: string) => COMPANION.test(name) && !OF_THE_SYSTEM.test(name);
    const files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!wanted(plain(name))) return false;
        unpacked += originalSize;
        return unpacked <= MAX_BYTES;
      },
    });
    if (unpacked > MAX_BYTES)
      throw new TooLarge(`${path} unpacks to more than 60 MB, which is more than can be imported.`);
    return Object.entries(files).map(([name, content]) => ({
      path: plain(name),
      bytes: content.length,
      read: () => content,
    }));
  } catch (cause) {
    if (cause instanceof TooLarge) throw cause;
    const why = cause instanceof Error ? cause.message : '';
    throw new Error(`${path} is a damaged zip (${why}). Export the bot again.`, { cause });
  }
}

/** Refuses what the server would refuse, before it is read. */
function assertSize(path: string, entries: readonly Entry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes <= MAX_BYTES) return;
  throw new TooLarge(`${path}: the files of this bot have more than 60 MB, which is more than can be imported.`);
}

class TooLarge extends Error {}

/** UTF-8, unless it begins as UTF-16 does. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : '';
  return new TextDecoder(encoding || 'utf-8').decode(bytes);
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${name} is not JSON: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}
